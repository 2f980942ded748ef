#include "scenarios/load/yaml_tree.hpp"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "scenarios/load/text_guard.hpp"

namespace spate::scenarios {

namespace {

/// Thrown inside this file only, to leave the parser at the first problem.
struct Refused {
    std::size_t position;
    std::string text;
};

/// Builds the tree from the parser's events and refuses what the format does not allow.
class TreeBuilder final : public YAML::EventHandler {
  public:
    TreeBuilder(std::string_view text, std::uint32_t file, const YamlLimits& limits, const Problems& problems)
        : text_(text)
        , locator_(text)
        , file_(file)
        , limits_(limits)
        , problems_(problems) {}

    Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ > 0) {
            throw Refused{position(mark), "text after the end of the scenario (a file holds one document)"};
        }
    }

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check_properties(mark, "", anchor);
        Node node;
        node.place = place(mark);
        add(std::move(node), mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refused{position(mark),
                      "an alias (not allowed in a scenario). a word that starts with '*' needs quotes?"};
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        check_properties(mark, tag, anchor);
        check_quotes(position(mark));
        if (value.size() > limits_.max_scalar_bytes) {
            throw Refused{position(mark), "a text of more than 1 MB"};
        }
        const auto is_control = [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
        };
        if (std::any_of(value.begin(), value.end(), is_control)) {
            throw Refused{position(mark), "a control character (written as an escape)"};
        }
        Node node = Node::scalar(place(mark), value);
        node.quoted = tag == "!";
        add(std::move(node), mark);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        check_properties(mark, tag, anchor);
        open(Node::sequence(place(mark)), mark);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        check_properties(mark, tag, anchor);
        open(Node::map(place(mark)), mark);
    }

    void OnMapEnd() override { close(); }

  private:
    /// A list or map not yet closed; of a map also the key that waits for its value.
    struct Open {
        Node node;
        bool has_key = false;
        std::string key;
        Place key_place;
    };

    static std::size_t position(const YAML::Mark& mark) {
        return mark.is_null() ? 0 : static_cast<std::size_t>(mark.pos);
    }

    Place place(const YAML::Mark& mark) { return locator_.locate(position(mark), file_); }

    void check_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
        const auto at = position(mark);
        const char first = at < text_.size() ? text_[at] : '\0';
        if (anchor != YAML::NullAnchor || first == '&') {
            throw Refused{at, "an anchor (not allowed in a scenario). a word that starts with '&' needs quotes?"};
        }
        const bool plain = tag.empty() || tag == "?" || tag == "!";
        if (!plain || (first == '!' && tag == "!")) {
            throw Refused{at, "a tag (not allowed in a scenario). a word that starts with '!' needs quotes?"};
        }
    }

    /// The parser accepts a quote that is never closed; we want it closed on its line.
    void check_quotes(std::size_t at) const {
        const char quote = at < text_.size() ? text_[at] : '\0';
        if (quote != '"' && quote != '\'') {
            return;
        }
        for (std::size_t i = at + 1; i < text_.size() && text_[i] != '\n'; ++i) {
            if (quote == '"' && text_[i] == '\\') {
                ++i;
            } else if (text_[i] == quote) {
                if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != quote) {
                    return;
                }
                ++i;
            }
        }
        throw Refused{at, "a quote that is not closed on its line"};
    }

    void open(Node node, const YAML::Mark& mark) {
        if (stack_.size() >= static_cast<std::size_t>(max_depth)) {
            throw Refused{position(mark), "nested too deeply (at most 64 levels)"};
        }
        if (!stack_.empty() && stack_.back().node.is_map() && !stack_.back().has_key) {
            throw Refused{position(mark), "a key that is a list or a map (keys are words)"};
        }
        count_node(mark);
        stack_.push_back({std::move(node), false, "", {}});
    }

    void close() {
        Node node = std::move(stack_.back().node);
        stack_.pop_back();
        if (node.is_map()) {
            check_keys(node);
        }
        attach(std::move(node));
    }

    void check_keys(Node& node) const {
        const auto twice = node.index_keys();
        if (twice < 0) {
            return;
        }
        const auto& entry = node.entries[static_cast<std::size_t>(twice)];
        for (const auto& first : node.entries) {
            if (first.key == entry.key) {
                throw std::pair{entry.place,
                                "key " + in_quotes(entry.key) + " is there twice (first at "
                                    + problems_.describe(first.place) + "). remove one?"};
            }
        }
    }

    void add(Node node, const YAML::Mark& mark) {
        count_node(mark);
        if (!stack_.empty() && stack_.back().node.is_map() && !stack_.back().has_key) {
            if (!node.is_scalar()) {
                throw Refused{position(mark), "a key is missing before the ':'"};
            }
            Open& map = stack_.back();
            map.has_key = true;
            map.key = std::move(node.text);
            map.key_place = node.place;
            return;
        }
        attach(std::move(node));
    }

    void attach(Node node) {
        if (stack_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = stack_.back();
        if (parent.node.is_sequence()) {
            parent.node.items.push_back(std::move(node));
            return;
        }
        if (node.kind == Node::Kind::null) {
            node.place = parent.key_place;  // the parser gives the place of whatever comes next
        }
        parent.node.entries.push_back({std::move(parent.key), parent.key_place, std::move(node)});
        parent.has_key = false;
    }

    void count_node(const YAML::Mark& mark) {
        if (++nodes_ > limits_.max_nodes) {
            throw Refused{position(mark),
                          "more than " + std::to_string(limits_.max_nodes) + " values. put bulk data into CSV files?"};
        }
    }

    std::string_view text_;
    Locator locator_;
    std::uint32_t file_;
    const YamlLimits& limits_;
    const Problems& problems_;
    std::vector<Open> stack_;
    Node root_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

/// The line at a position and the one before it: the parser often notices a slip a line late.
std::string lines_at(std::string_view text, std::size_t position) {
    position = std::min(position, text.size());
    std::size_t begin = position;
    for (int line = 0; line < 2 && begin > 0; ++line) {
        const auto before = text.rfind('\n', begin - 1);
        begin = before == std::string_view::npos ? 0 : before + (line == 0 ? 0 : 1);
    }
    const auto end = std::min(text.find('\n', begin), text.size());
    return std::string(text.substr(begin, end - begin));
}

/// What the parser's commonest messages mean to someone who writes YAML by hand.
std::string_view in_plain_words(std::string_view message) {
    constexpr std::string_view words[][2] = {
        {"end of map flow not found", "a '{' is not closed"},
        {"end of sequence flow not found", "a '[' is not closed"},
        {"illegal map value",
         "a ':' where no value can follow: a wrong indentation, or text with ': ' that needs quotes"},
        {"illegal flow end", "a closing bracket too many"},
        {"unknown token", "a character that cannot begin a word: put it in quotes"},
        {"illegal block entry", "a '- ' that does not begin a line"},
        {"end of map not found", "wrong indentation"},
        {"end of sequence not found", "wrong indentation"}};
    for (const auto& w : words) {
        if (message == w[0]) {
            return w[1];
        }
    }
    return message;
}

/// Our words for what the parser found wrong.
std::string parser_text(const YAML::Exception& error, std::string_view text, std::size_t position) {
    const std::string hint = full_width_hint(lines_at(text, position));
    const std::string_view marks = text.substr(position == 0 ? 0 : std::min(position - 1, text.size()), 2);
    const auto mark = marks.find_first_of("*&");
    if (mark != std::string_view::npos) {
        return std::string("a word that starts with '") + marks[mark]
               + "' (anchors and aliases are not allowed). put it in quotes?";
    }
    return "not valid YAML (" + std::string(in_plain_words(error.msg)) + ")" + hint;
}

}  // namespace

std::optional<Node> parse_yaml(std::string text, std::uint32_t file, Problems& problems, const YamlLimits& limits) {
    if (text.size() > limits.max_bytes) {
        problems.add({file, 1, 1}, "the file is larger than 64 MB. put bulk data into CSV files?");
        return std::nullopt;
    }
    if (!check_text(text, file, problems) || !check_yaml_text(text, file, problems)) {
        return std::nullopt;
    }
    const auto unclosed = find_unclosed_quote(text);
    const auto fail = [&](std::size_t position, std::string what) {
        if (unclosed
            && *unclosed
                   < std::min(text.find('\n', position), text.size())) {  // whatever the parser says comes from this
            position = *unclosed;
            what = "a quote that is not closed on its line";
        }
        problems.add(Locator(text).locate(position, file), std::move(what));
        return std::nullopt;
    };
    TreeBuilder builder(text, file, limits, problems);
    try {
        std::istringstream in(text);
        YAML::Parser parser(in);
        if (!parser.HandleNextDocument(builder)) {
            return fail(0, "the file holds no values");
        }
        parser.HandleNextDocument(builder);  // throws Refused if there is anything more
    } catch (const Refused& refused) {
        return fail(refused.position, refused.text);
    } catch (const std::pair<Place, std::string>& refused) {
        problems.add(refused.first, refused.second);
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        const std::size_t position = error.mark.is_null() ? 0 : static_cast<std::size_t>(error.mark.pos);
        return fail(position, parser_text(error, text, position));
    }
    return builder.take();
}

}  // namespace spate::scenarios
