#include "cli/whole_file.hpp"

#include <fstream>
#include <iterator>

#include "sim/base/check.hpp"
#include "sim/trace/partial_file.hpp"

namespace spate::cli {

void write_whole_file(const std::string& path, std::string_view bytes, const std::string& what) {
    sim::PartialFile(path, true, what).publish(bytes);
}

std::string read_whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file)
        throw sim::FileError("cannot read " + path);
    return bytes;
}

}  // namespace spate::cli
