#include "sim/base/check.hpp"

namespace spate::sim {

void fail_check(const char* kind, const char* text, const char* file, int line) {
    throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": " + kind + " failed: " + text);
}

}  // namespace spate::sim
