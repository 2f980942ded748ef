#include "models/demand/bargain_streams.hpp"

#include <algorithm>
#include <iterator>

#include "models/prices/price_ladders.hpp"

namespace spate::models {

Bargains::Bargains(const ModelSpec& spec, const DemandSpec& demand) {
    if (demand.kind != DemandSpec::Kind::renewal)
        return;
    const CompetitorPrices competitor(spec);
    for (const auto& rule : spec.price_rules) {
        const std::uint16_t needed = further_layers(rule, competitor);
        const std::size_t before = products.size();
        if (needed > 0)
            std::set_intersection(rule.products.begin(),
                                  rule.products.end(),
                                  demand.products.begin(),
                                  demand.products.end(),
                                  std::back_inserter(products));
        if (products.size() > before)
            layers = std::max(layers, needed);
    }
    std::sort(products.begin(), products.end());
}

std::uint64_t key_of_layer(std::uint64_t stream, std::uint16_t layer) {
    return sim::mix(sim::mix(stream, sim::hash_name("bargain")), layer);
}

std::vector<CustomerStream::Law> bargain_laws(const ModelSpec& spec,
                                              const DemandSpec& demand,
                                              const CustomerStream::Law& plain) {
    const Bargains bargains(spec, demand);
    std::vector<double> weights;
    double cheaper = 0, all = 0;
    for (const Index product : bargains.products) {
        weights.push_back(spec.products[product].popularity);
        cheaper += weights.back();
    }
    for (const Index product : demand.products)
        all += spec.products[product].popularity;
    std::vector<CustomerStream::Law> laws;
    if (cheaper <= 0)
        return laws;
    // Where shares change in time all products are drawn, and the desk keeps those with a low price.
    const bool has_mixes = plain.curve != nullptr && plain.curve->has_mixes();
    const auto mix = has_mixes ? plain.products : std::make_shared<const ProductMix>(bargains.products, weights);
    for (std::uint16_t layer = 1; layer <= bargains.layers; ++layer) {
        CustomerStream::Law& law = laws.emplace_back();
        law.profile = plain.profile;
        law.curve = plain.curve;
        law.per_gap = has_mixes ? plain.per_gap : plain.per_gap * (all / cheaper);
        law.products = mix;
        law.quantity = plain.quantity;
        law.basket = plain.basket;
        law.layer = layer;
    }
    return laws;
}

}  // namespace spate::models
