#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"

namespace spate::test {

/// A context for one process without a run: what the process sends during a call is handed to the test. The process
/// speaks as number 0; the numbers behind it stand for others.
class LoneProcess {
  public:
    explicit LoneProcess(std::size_t others) {
        for (std::size_t i = 0; i <= others; ++i)
            engine_.add(std::make_unique<StandIn>("number " + std::to_string(i)));
        sim::CutOptions options;
        options.is_one_heap = true;
        sim::LinkTable table;
        table.processes = others + 1;
        cut_ = sim::make_cut(table, options);
        for (auto& record : cut_.roster.records)
            record.process = engine_.processes()[record.id.index()].get();
        shard_ = std::make_unique<sim::Shard>(cut_.roster, 0, std::nullopt);
    }

    sim::Link link_to(std::size_t other, sim::Duration lookahead) {
        return engine_.connect(*engine_.processes()[0], *engine_.processes()[other], lookahead);
    }

    /// Calls call(context) at a time, then accept(event, number of its receiver) for all that was sent, in the order of
    /// the keys; accept takes the payloads over.
    template <class Call, class Accept>
    void at(sim::Time now, Call&& call, Accept&& accept) {
        context_.enter(*shard_, cut_.roster.record_of(sim::ProcessId(0)), now);
        call(context_);
        shard_->drain([&](sim::Event& event) { accept(event, cut_.roster.records[event.slot].id.index()); });
    }

    std::uint64_t sequence() const { return cut_.roster.record_of(sim::ProcessId(0)).sequence; }

    void set_sequence(std::uint64_t sequence) {
        cut_.roster.record_of(sim::ProcessId(0)).sequence = sequence & 0xFFFF'FFFF'FFFF;
    }

  private:
    struct StandIn final : sim::Process {
        using Process::Process;

        void start(sim::Context&) override {}

        void on_event(sim::Context&, sim::Event&) override {}

        void finish(sim::Time) override {}
    };

    sim::Engine engine_;
    sim::Cut cut_;
    std::unique_ptr<sim::Shard> shard_;
    sim::Context context_;
};

}  // namespace spate::test
