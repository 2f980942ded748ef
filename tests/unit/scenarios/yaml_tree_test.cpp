#include "scenarios/load/yaml_tree.hpp"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "scenarios/load/yaml_text.hpp"

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;

namespace {

/// The problem of a text, or its tree as text.
std::string parsed(const std::string& text, const YamlLimits& limits = {}) {
    Problems problems;
    const auto tree = parse_yaml(text, problems.add_file("t"), problems, limits);
    REQUIRE(tree.has_value() == problems.empty());
    return tree ? to_yaml(*tree) : problems.sorted().front().to_string();
}

bool refused(const std::string& text, const std::string& why) {
    const std::string result = parsed(text);
    INFO(result);
    return result.starts_with("t:") && result.find(why) != std::string::npos;
}

}  // namespace

TEST_CASE("every value knows its line and its column in characters") {
    Problems problems;
    const auto tree = parse_yaml("名: {甲: 1, b: [x, 中文, z]}\n", problems.add_file("t"), problems);
    REQUIRE(tree);
    const Node& list = *tree->find("名")->find("b");
    CHECK(list.place.line == 1);
    CHECK(list.place.column == 14);
    CHECK(list.items[2].place.column == 22);
}

TEST_CASE("a tree written as text reads back the same") {
    const std::string text = parsed("a: {b: [1, 'x: y', \"q\\\"\"], c: {d: {e: [[1], [2]]}}}\nf:\n");
    CHECK(parsed(text) == text);
}

TEST_CASE("what a scenario may not contain is refused with its place") {
    CHECK(refused("", "empty"));
    CHECK(refused(" \n\n", "empty"));
    CHECK(refused("# x\n", "no values"));
    CHECK(refused("a: &x 1\n", "t:1:4: an anchor"));
    CHECK(refused("a: 1\nb: *a\n", "t:2:"));
    CHECK(refused("a: !!int 1\n", "t:1:4: a tag"));
    CHECK(refused("a: ! 1\n", "a tag"));
    CHECK(refused("a: 1\nb: 2\na: 3\n", "t:3:1: key 'a' is there twice (first at t:1:1)"));
    CHECK(refused("[1, 2]: x\n", "keys are words"));
    CHECK(refused("{[a]: x}\n", "keys are words"));
    CHECK(refused(": x\n", "key is missing"));
    CHECK(refused("a: 'x\nb: y'\n", "t:1:4: a quote"));
    CHECK(refused("a: \"x\n", "t:1:4: a quote"));
    CHECK(refused("a: 1\n---\nb: 2\n", "one document"));
    CHECK(refused("{a: 1}, {b: 2}\n", "one document"));
    CHECK(refused(",\n", "t:1:1"));
    CHECK(refused("- 1\nb: 2\n", "t:2:"));
    CHECK(refused("a:\n\tb: 1\n", "t:2:1: a tab"));
    CHECK(refused("%YAML 1.2\n---\na: 1\n", "directive"));
    CHECK(refused("a: 1", "t:1:5: the last line does not end"));
}

TEST_CASE("what is not UTF-8 text is refused with its place") {
    CHECK(refused("a: \xC4\xE3\xBA\xC3\n", "GBK"));
    CHECK(refused("a: \xFF\n", "t:1:4: not UTF-8"));
    CHECK(refused("a: \xED\xA0\x80\n", "not UTF-8"));
    CHECK(refused("a: \xC0\xAF\n", "not UTF-8"));
    CHECK(refused("a: \xF4\x90\x80\x80\n", "not UTF-8"));
    CHECK(refused(std::string("\xFF\xFE") + "a", "UTF-16"));
    CHECK(refused(std::string("a: \0b\n", 6), "t:1:4: a NUL"));
    CHECK(refused("a: \x07\n", "control"));
    CHECK(refused("a: \xC2\x85\n", "control"));
    CHECK(refused("a: 1\rb: 2\n", "carriage return"));
    CHECK(refused("a: \"\\a\"\n", "control"));
    CHECK(parsed("\xEF\xBB\xBF"
                 "a: 1\r\n")
          == "a: 1\n");
}

TEST_CASE("brackets within text are text") {
    const auto many = [](const std::string& line) {
        std::string text = "all:\n";
        for (int i = 0; i < 100; ++i) {
            text += line;
        }
        return parsed(text);
    };
    for (const char* line : {"  - smile :-[\n",
                             "  - {a: 'C:\\', b: 1}\n",
                             "  - 'it''s [one'\n",
                             "  - \"a \\\" [\"\n",
                             "  - a - [ b\n",
                             "  - a: |\n      [[ text\n\n      {\n    b: 1\n",
                             "  - x # [\n"}) {
        CHECK(many(line).starts_with("all:"));
    }
}

TEST_CASE("brackets that begin a value count wherever it begins") {
    const std::string deep = std::string(65, '[') + std::string(65, ']') + "\n";
    for (const char* before : {"a: ",
                               "- ",
                               "- a: ",
                               "? ",
                               "--- ",
                               "!x ",
                               "a: !x ",
                               "a: &x ",
                               "\"a\":",
                               "'a' : ",
                               "- |\n  x\n- ",
                               "a: |\n  x\nb: "}) {
        CHECK(parsed(before + deep).find("nested too deeply") != std::string::npos);
    }
}

TEST_CASE("nesting is refused from 65 levels on, however it is written") {
    for (const std::size_t depth : {63U, 64U, 65U, 66U, 500U, 501U, 10'000U, 100'000U}) {
        const std::string brackets = std::string(depth, '[') + std::string(depth, ']') + "\n";
        CHECK((parsed(brackets).starts_with("t:")) == (depth > 64));
        std::string dashes;
        for (std::size_t i = 0; i < depth; ++i) {
            dashes += "- ";
        }
        CHECK((parsed(dashes + "x\n").starts_with("t:")) == (depth > 64));
        CHECK((parsed(std::string(depth, '{') + "\n").starts_with("t:")));
    }
}

TEST_CASE("size, number and length have limits") {
    YamlLimits limits;
    limits.max_bytes = 100;
    limits.max_nodes = 10;
    limits.max_scalar_bytes = 20;
    CHECK(parsed(std::string(101, 'a') + "\n", limits).find("larger") != std::string::npos);
    CHECK(parsed("[1,2,3,4,5,6,7,8,9,0,1]\n", limits).find("more than 10 values") != std::string::npos);
    CHECK(parsed(std::string(21, 'a') + "\n", limits).find("1 MB") != std::string::npos);
}

TEST_CASE("a scenario cut at any byte neither crashes nor hangs") {
    std::ifstream in(std::string(SPATE_SOURCE_DIR) + "/scenarios/first-steps.yaml", std::ios::binary);
    std::stringstream whole;
    whole << in.rdbuf();
    const std::string text = whole.str();
    REQUIRE(text.size() > 1000);
    std::size_t accepted = 0;
    for (std::size_t length = 0; length < text.size(); ++length) {
        const test::LoadedText loaded(text.substr(0, length));
        accepted += loaded.problems.empty() ? 1 : 0;
        REQUIRE((loaded.problems.empty() || loaded.problems.sorted().front().line > 0));
    }
    CHECK(accepted < 20);  // cuts at the end of a line near the end of the file
}
