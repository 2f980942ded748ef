#pragma once

#include <cstdint>
#include <string>

#include "scenarios/load/problems.hpp"

namespace spate::scenarios {

/// How the text of a CSV file is encoded.
enum class Encoding : std::uint8_t { utf8, gb18030 };

/// Turns a text from GB18030 (GBK and GB2312 are parts of it) into UTF-8. False after adding a problem: bytes that are
/// no GB18030.
bool to_utf8(std::string& text, Encoding from, std::uint32_t file, Problems& problems);

}  // namespace spate::scenarios
