#include "sim/engine/executive.hpp"

#include <exception>
#include <string>

#include "sim/base/check.hpp"
#include "sim/engine/clock_text.hpp"

namespace spate::sim {

void Roster::fail_unknown(const Event& event, Time now) const {
    throw InvariantError(std::string(records[event.source.index()].name) + " at " + clock_text(now)
                         + ": sent a message to a process that does not exist (number "
                         + std::to_string(event.target.value()) + " of " + std::to_string(records.size()) + ")");
}

void Roster::fail_early(const Event& event, Time now) const {
    throw InvariantError(std::string(records[event.source.index()].name) + " at " + clock_text(now)
                         + ": sent a message to " + records[event.target.index()].name + " with a delay of "
                         + clock_text(event.time - now)
                         + ", which no declared link allows (the receiver may be ahead of it)");
}

/// Exit code of a fault in the program itself.
static constexpr int internal_failure = 7;

void rethrow_named(const char* name, Time now) {
    const std::string where = std::string(name) + " at " + clock_text(now) + ": ";
    try {
        throw;
    } catch (const RunError&) {
        throw;
    } catch (const std::exception& error) {
        throw RunError(where + error.what(), internal_failure);
    } catch (...) {
        throw RunError(where + "threw something that is not a std::exception", internal_failure);
    }
}

}  // namespace spate::sim
