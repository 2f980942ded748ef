#include <cstdint>
#include <map>

#include <catch2/catch.hpp>

#include "sim/base/distribution.hpp"
#include "models/sites/stage.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;

namespace {

Job job(std::uint64_t key, Time ready, std::uint32_t quantity) {
    Job job;
    job.order.key = key;
    job.order.quantity = quantity;
    job.released = job.ready = ready;
    return job;
}

}  // namespace

TEST_CASE("the work of a job is drawn by its key, whatever waits behind it and whatever comes between") {
    StageSpec spec;
    spec.servers = 0;  // as many as there are jobs: a job's end less its start is its work
    spec.work = sim::Distribution::exponential(100);
    spec.per = StageSpec::Per::unit;
    const sim::RunSeed run{9, 0};
    const auto end_of = [](Stage& stage, std::map<std::uint64_t, Time>& ends, Time until) {
        stage.advance(until, [&](const Job& done) { ends[done.order.key] = done.ready; });
    };
    Stage together(spec, run, 5), singly(spec, run, 5), in_parts(spec, run, 5);
    std::map<std::uint64_t, Time> ends_together, ends_singly, ends_in_parts;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto quantity = static_cast<std::uint32_t>(i % 7 == 3 ? 2 : 1);
        const Job each = job(i * 31 % 200, at_seconds(static_cast<double>(i / 3)), quantity);
        together.push(each);
        in_parts.push(each);
        singly.push(each);
        end_of(singly, ends_singly, each.ready);
        if (i % 23 == 0)
            end_of(in_parts, ends_in_parts, at_seconds(static_cast<double>(i) / 6));
    }
    end_of(together, ends_together, sim::end_of_time);
    end_of(in_parts, ends_in_parts, sim::end_of_time);
    CHECK(ends_singly.size() == 200);
    CHECK(ends_together == ends_singly);
    CHECK(ends_in_parts == ends_singly);
}
