// What sessions give away.

#include <algorithm>

#include "models/demand/session_gifts.hpp"
#include "models/network/supply_network.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::GiftSpec;
using models::Index;

/// Of the key `product`; none: the product that is bought.
std::optional<Index> read_product(Reader& gift) {
    gift.slug("product");
    const Node* product = gift.node("product");
    return product != nullptr ? read_id(gift.draft(), *product, gift.draft().products) : std::nullopt;
}

/// Of the key `when_out`.
GiftSpec::WhenOut read_when_out(Reader& gift) {
    const auto word = gift.word("when_out");
    if (gift.node("when_out") != nullptr && gift.node("product") == nullptr) {
        gift.problem_unless_slip("when_out",
                                 "units of the product that is bought run out with it. name another `product`, or "
                                 "leave this out?");
    }
    return static_cast<GiftSpec::WhenOut>(word.value_or(0));
}

/// Orders go without what is a line of its own.
void refuse_without_in_vain(Reader& reader, const models::SessionSpec& session) {
    const auto is_vain = [&](const std::optional<GiftSpec>& gift) {
        return gift && gift->units > 0 && gift->product && gift->when_out == GiftSpec::WhenOut::without
               && !session.products.empty() && !models::is_further(*gift, session);
    };
    const std::string why =
        "`when_out` would change nothing: the session sells the gift alone, and units of the product that is bought "
        "run out with it. give another `product`, or leave `when_out` out?";
    if (is_vain(session.gift)) {
        reader.problem("gift", why);
    }
    const auto& script = session.script;
    if (std::any_of(script.begin(), script.end(), [&](const auto& event) { return is_vain(event.gift); })) {
        reader.problem("script", why);
    }
}

/// Nobody gets what comes with more units than an order ever has.
void refuse_unreachable(Reader& reader, const models::SessionSpec& session) {
    if (!session.quantity.is_constant()) {
        return;
    }
    const double most = session.quantity.mean() + 0.5;
    const std::string why =
        "nobody would get it: an order never has so many units (see `quantity` of the session). "
        "ask for fewer, or let `quantity` vary?";
    if (session.gift && session.gift->each > most) {
        reader.problem("gift", why);
    }
    for (const auto& event : session.script) {
        if (event.gift && event.gift->units > 0 && event.gift->each > most) {
            reader.problem("script", why);
            return;
        }
    }
}

/// An order with a gift of another product has two lines, which leave together.
void refuse_terms(Reader& reader, const models::SessionSpec& session) {
    const Draft& draft = reader.draft();
    const models::ChannelSpec& channel = draft.spec.channels[session.channel];
    const std::string id = "channel " + in_quotes(channel.id);
    const char* key = session.gift && session.gift->product ? "gift" : "script";
    if (const auto terms = single_terms(channel); !terms.empty()) {
        reader.problem(key,
                       id + " has " + terms
                           + ", which takes orders of one product, and a gift of another product is a second one. give "
                             "units of the product that is bought, or sell in another channel?");
    }
    if (channel.patience) {
        reader.problem(key,
                       "an order with a gift of another product leaves as a whole, and customers of " + id
                           + " lose patience product by product. write unmet: backorder, or unmet: lose?");
    }
}

/// What a session gives away of a product that is named.
std::vector<GiftSpec> named_gifts(const models::SessionSpec& session) {
    std::vector<GiftSpec> gifts;
    const auto add = [&](const std::optional<GiftSpec>& gift) {
        if (gift && gift->units > 0 && gift->product) {
            gifts.push_back(*gift);
        }
    };
    add(session.gift);
    for (const auto& event : session.script) {
        add(event.gift);
    }
    return gifts;
}

bool keeps(const models::SiteSpec& site, Index product) {
    return std::binary_search(site.assortment.begin(), site.assortment.end(), product);
}

/// Whether sites that deliver to a market keep a product, but none of them with the gift.
bool are_kept_apart(const models::ModelSpec& spec, const std::vector<Index>& lanes, Index product, Index gift) {
    bool is_kept = false;
    for (const Index lane : lanes) {
        const auto& site = spec.sites[spec.lanes[lane].from];
        if (keeps(site, product) && keeps(site, gift)) {
            return false;
        }
        is_kept |= keeps(site, product);
    }
    return is_kept;
}

/// The first product of a session that no site keeps with its gift, in words, and what would follow; empty: there is
/// none.
std::string find_kept_apart(const models::ModelSpec& spec,
                            const models::SupplyNetwork& network,
                            const models::SessionSpec& session) {
    const auto gifts = named_gifts(session);
    for (const Index market : session.markets) {
        for (const GiftSpec& gift : gifts) {
            const auto found = std::find_if(session.products.begin(), session.products.end(), [&](Index product) {
                return are_kept_apart(spec, network.lanes_to_market(market), product, *gift.product);
            });
            if (found != session.products.end()) {
                return "no site that delivers to market " + in_quotes(spec.markets[market].id) + " keeps both "
                       + in_quotes(spec.products[*found].id) + " and its gift "
                       + in_quotes(spec.products[*gift.product].id) + ", and "
                       + (gift.when_out == GiftSpec::WhenOut::without
                              ? "a gift leaves with its order: nobody would get it"
                              : "an order leaves with its gift: all would be lost");
            }
        }
    }
    return "";
}

}  // namespace

GiftSpec read_gift(Reader& gift) {
    GiftSpec spec;
    spec.each = static_cast<std::uint32_t>(gift.whole("each").value_or(1));
    spec.units = static_cast<std::uint32_t>(gift.whole("units").value_or(1));
    spec.product = read_product(gift);
    spec.when_out = read_when_out(gift);
    return spec;
}

void read_scripted_gift(Reader& event, models::ScriptSpec& script) {
    const auto buy = event.whole("buy"), get = event.whole("get");
    const auto product = read_product(event);
    const auto when_out = read_when_out(event);
    const bool has_buy = event.node("buy") != nullptr, has_get = event.node("get") != nullptr;
    if (has_buy != has_get) {
        event.problem_unless_slip(has_buy ? "buy" : "get",
                                  "`buy` and `get` belong together. write for example {buy: 1, get: 1}?");
    }
    if (event.node("product") != nullptr && get.value_or(0) == 0) {
        event.problem_unless_slip("product",
                                  "nothing of it is given away. say how much with `buy` and `get`, or leave it out?");
    }
    if (buy && get) {
        script.gift = GiftSpec{static_cast<std::uint32_t>(*buy), static_cast<std::uint32_t>(*get), product, when_out};
    }
    if (event.node("rate") == nullptr && !has_buy && !has_get && event.node("say") == nullptr) {
        event.problem_unless_slip(
            "rate", "this would change nothing. write for example rate: 3 x, or buy: 1 and get: 1, or what to `say`?");
    }
}

void check_gifts(Reader& reader, const models::SessionSpec& session) {
    refuse_unreachable(reader, session);
    refuse_without_in_vain(reader, session);
    if (models::has_further_gifts(session)) {
        refuse_terms(reader, session);
    }
}

void check_gifts_kept(Draft& draft) {
    const auto& spec = draft.spec;
    if (std::none_of(spec.sessions.begin(), spec.sessions.end(), models::has_further_gifts)) {
        return;
    }
    const models::SupplyNetwork network(spec);
    for (Index s = 0; s < spec.sessions.size(); ++s) {
        const auto missing = find_kept_apart(spec, network, spec.sessions[s]);
        if (!missing.empty()) {
            draft.problems.add(
                draft.sessions.place(s),
                "session " + in_quotes(spec.sessions[s].id) + ": " + missing + ". let a site keep both?");
        }
    }
}

}  // namespace spate::scenarios
