#pragma once

#include <string>
#include <vector>

#include "models/spec.hpp"

/// From a scenario file to a complete, checked description of a model.
namespace spate::scenarios {

/// One thing that is wrong with the input, and where.
struct Problem {
    std::string file;          ///< as the user wrote it, or relative to the current folder; empty: of no file
    int line = 0, column = 0;  ///< 1-based; columns count characters; 0: of the whole file
    std::string text;          ///< "problem (why). suggestion?"

    /// "file:line:column: problem (why). suggestion?"
    std::string to_string() const;
};

/// A change of one value without touching the file: path `demand.orders` or `products[lip-glaze].price`, value as in
/// the file.
struct Override {
    std::string path, value;
};

struct Loaded {
    models::ModelSpec spec;         ///< valid only if `problems` is empty
    std::vector<Problem> problems;  ///< all of them, up to 100, by file, line and column
};

/// Reads a scenario and everything it includes. Never throws because of its input, never prints.
Loaded load_scenario(const std::string& path, const std::vector<Override>& overrides = {});

/// A complete commented scenario with every key; loads without problems.
std::string commented_defaults();

/// The text of docs/scenario-format.md.
std::string format_page();

}  // namespace spate::scenarios
