#include "cli/whole_number.hpp"

#include <charconv>
#include <cstdint>
#include <string>

namespace spate::cli {

CLI::Validator whole_number() {
    return {[](const std::string& text) {
                const bool is_whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
                std::uint64_t number = 0;
                const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
                return !is_whole                ? "'" + text + "' is not a whole number"
                       : read.ec != std::errc() ? "'" + text + "' is above 18,446,744,073,709,551,615"
                                                : std::string();
            },
            ""};
}

}  // namespace spate::cli
