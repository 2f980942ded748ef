#pragma once

#include <string>
#include <string_view>

namespace spate::cli {

/// Writes a file that is whole or not there: under another name first, then renamed. Replaces what is there.
/// Throws: FileError.
void write_whole_file(const std::string& path, std::string_view bytes);

/// All bytes of a file. Throws: FileError.
std::string read_whole_file(const std::string& path);

}  // namespace spate::cli
