#pragma once

#include <stdexcept>
#include <string>

namespace spate::sim {

/// A failure of the run that the user can act on (unreadable file, full disk, …). The program ends with `exit_code()`.
class RunError : public std::runtime_error {
  public:
    explicit RunError(const std::string& message, int code = 1)
        : std::runtime_error(message)
        , code_(code) {}

    int exit_code() const { return code_; }

  private:
    int code_;
};

/// A file could not be read or written. Exit code 5.
class FileError : public RunError {
  public:
    explicit FileError(const std::string& message)
        : RunError(message, 5) {}
};

/// A conservation law or an engine rule was broken: the result cannot be trusted. Exit code 6. Never caught and
/// ignored.
class InvariantError : public RunError {
  public:
    explicit InvariantError(const std::string& message)
        : RunError(message, 6) {}
};

[[noreturn]] void fail_check(const char* kind, const char* text, const char* file, int line);

}  // namespace spate::sim

/// Precondition of a function; a caller's mistake. Always on; throws std::logic_error.
#define SPATE_EXPECT(condition) \
    ((condition) ? static_cast<void>(0) : ::spate::sim::fail_check("precondition", #condition, __FILE__, __LINE__))
/// Internal consistency. Always on; throws std::logic_error.
#define SPATE_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::spate::sim::fail_check("assertion", #condition, __FILE__, __LINE__))
