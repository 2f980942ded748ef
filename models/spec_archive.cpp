#include "models/spec_archive.hpp"

#include "sim/snapshot/memory_stream.hpp"
#include "sim/snapshot/snapshot_file.hpp"
#include "models/model.hpp"

namespace spate::models {

std::string archived(const ModelSpec& spec) {
    sim::MemoryOutput out;
    sim::StateWriter archive(out);
    archive(spec);
    return out.take();
}

std::uint64_t demand_fingerprint(const ModelSpec& spec) {
    ModelSpec demand = spec;
    demand.name = demand.title = demand.currency = demand.scenario_text = "";
    demand.sites.clear();
    demand.lanes.clear();
    demand.replenish.clear();
    demand.substitutes.clear();
    demand.price_rules.clear();
    demand.competitor_prices.clear();
    demand.max_sources = 0;
    demand.trace = {};
    demand.snapshot = {};
    for (auto& product : demand.products) {
        product.name = "";
        product.price = product.cost = product.weight_mg = product.volume_ul = 0;
    }
    for (auto& session : demand.sessions) {
        session.price.reset();
        session.discount = 0;
    }
    for (auto& channel : demand.channels) {
        ChannelSpec plain;
        plain.id = channel.id;
        plain.share = channel.share;
        channel = plain;
    }
    return sim::fingerprint(archived(demand));
}

StateHead head_of_state(std::string_view state) {
    try {
        sim::MemoryInput in(state);
        sim::StateReader archive(in);
        std::uint64_t size = 0;
        archive(size);
        if (size > in.left())  // one that lies must not make us allocate it
            throw sim::FileError("the snapshot cannot be read: its scenario is cut short");
        StateHead head;
        sim::MemoryInput text(state.substr(sizeof size, size)), rest(state.substr(sizeof size + size));
        sim::StateReader reader(text), after(rest);
        reader(head.spec);
        after(head.at);
        return head;
    } catch (const cereal::Exception& error) {
        throw sim::FileError(std::string("the snapshot cannot be read: ") + error.what());
    }
}

std::uint64_t scenario_hash(const ModelSpec& spec) {
    return sim::fingerprint(archived(spec));
}

}  // namespace spate::models
