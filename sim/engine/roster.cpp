#include "sim/engine/roster.hpp"

#include <exception>
#include <string>

#include "sim/base/check.hpp"
#include "sim/engine/clock_text.hpp"

namespace spate::sim {

/// Exit code of a fault in the program itself.
static constexpr int internal_failure = 7;

void rethrow_named(const Process& process, Time now) {
    const std::string where = process.name() + " at " + clock_text(now) + ": ";
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
