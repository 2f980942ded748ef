#pragma once

#include <string>
#include <string_view>

namespace spate::cli {

/// Writes a file that is whole or not there, and durable. Replaces what is there. Throws: FileError, as PartialFile.
/// `what`: is written, for messages.
void write_whole_file(const std::string& path, std::string_view bytes, const std::string& what);

/// All bytes of a file. Throws: FileError.
std::string read_whole_file(const std::string& path);

}  // namespace spate::cli
