#include "cli/whole_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "sim/base/check.hpp"

namespace spate::cli {

void write_whole_file(const std::string& path, std::string_view bytes) {
    const std::string fresh = path + ".new";
    std::error_code error;
    {
        errno = 0;
        std::ofstream file(fresh, std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!file.flush()) {
            const std::string why = errno != 0 ? " (" + std::generic_category().message(errno) + ")" : "";
            file.close();
            std::filesystem::remove(fresh, error);
            throw sim::FileError("cannot write " + path + why);
        }
    }
    std::filesystem::rename(fresh, path, error);
    if (error) {
        std::error_code ignored;
        std::filesystem::remove(fresh, ignored);
        throw sim::FileError("cannot write " + path + " (" + error.message() + ")");
    }
}

std::string read_whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file)
        throw sim::FileError("cannot read " + path);
    return bytes;
}

}  // namespace spate::cli
