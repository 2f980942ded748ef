#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "scenarios/load/load_scenario.hpp"
#include "scenarios/load/overrides.hpp"
#include "scenarios/load/yaml_tree.hpp"

namespace spate::scenarios::test {

/// A scenario loaded from a text, with all that was noted on the way.
struct LoadedText {
    Problems problems;
    Draft draft{problems};

    explicit LoadedText(const std::string& text, const std::vector<Override>& overrides = {}) {
        auto tree = parse_yaml(text, problems.add_file("test.yaml"), problems);
        if (tree) {
            apply_overrides(*tree, overrides, problems);
            load_tree(draft, *tree);
        }
    }

    const models::ModelSpec& spec() const { return draft.spec; }

    std::string first_problem() const { return problems.empty() ? "" : problems.sorted().front().to_string(); }
};

/// A small complete scenario: `more` is added at the end, `parts` replace whole parts by their key.
struct Small {
    std::string time = "time: {start: 2025-11-03T00:00:00+08:00, horizon: 14 d}";
    std::string markets =
        "markets:\n  - {id: shanghai, name: 上海, at: [121.47, 31.23]}\n  - {id: wuhan, name: 武汉, at: [114.30, "
        "30.59]}";
    std::string products = "products:\n  - {id: lip-glaze, price: 129 CNY}\n  - {id: face-mask, price: 79 CNY}";
    std::string sites =
        "sites:\n  - {id: supplier, kind: supplier, at: [120.07, 29.31]}\n  - {id: rdc, kind: rdc, at: wuhan, stock: "
        "{cover: 5 d}}";
    std::string lanes =
        "lanes:\n  - {from: supplier, to: rdc, transit: 22 h}\n  - {from: rdc, to: markets, transit: 30 h}";
    std::string demand = "demand: {orders: 1500/day}";
    std::string more;

    std::string text() const {
        return "spate: 1\nname: small\n" + time + "\n" + markets + "\n" + products + "\n" + sites + "\n" + lanes + "\n"
               + demand + "\n" + more + "\n";
    }
};

/// A folder for files of one test, gone at its end.
class TemporaryFolder {
  public:
    TemporaryFolder()
        : path_(std::filesystem::temp_directory_path() / ("spate-scenarios-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
        return (path_ / name).string();
    }

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace spate::scenarios::test
