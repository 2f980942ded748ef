#include "sim/engine/process.hpp"

#include "sim/base/check.hpp"

namespace spate::sim {

void Process::save_state(StateWriter&) {
    throw InvariantError(name_ + ": this process cannot be archived");
}

void Process::load_state(StateReader&) {
    throw InvariantError(name_ + ": this process cannot be archived");
}

void Payload::save_state(StateWriter&) {
    throw InvariantError("a message of this type cannot be archived");
}

void Payload::load_state(StateReader&) {
    throw InvariantError("a message of this type cannot be archived");
}

}  // namespace spate::sim
