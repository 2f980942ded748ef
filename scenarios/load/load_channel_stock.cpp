#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Which part of the stock is for which channel, and how much a channel may sell.
namespace spate::scenarios {

namespace {

using models::ChannelSpec;
using models::DedicatedSpec;
using models::Index;
using models::QuotaSpec;
using models::SiteSpec;

bool ships_to_markets(const Draft& draft, Index site) {
    return std::any_of(draft.spec.lanes.begin(), draft.spec.lanes.end(), [site](const auto& lane) {
        return lane.from == site && lane.to_market;
    });
}

/// Why a site cannot keep stock for one channel; empty: it can.
std::string why_not(const Draft& draft, Index index) {
    const SiteSpec& site = draft.spec.sites[index];
    if (site.unlimited_stock) {
        return "it has unlimited stock";
    }
    if (site.production) {
        return "its production follows what all customers wait for";
    }
    if (site.allocate == SiteSpec::Allocate::proportional || site.allocate == SiteSpec::Allocate::fair_share) {
        return "its `allocate` shares out all that arrives";
    }
    return "";
}

/// The sites of an entry; where none are named, all that keep stock.
std::vector<Index> read_sites(Reader& entry) {
    const Draft& draft = entry.draft();
    const bool is_named = entry.node("sites") != nullptr;
    std::vector<Index> sites;
    for (const Index site : entry.select("sites", draft.sites)) {
        const std::string why = why_not(draft, site);
        const bool is_told = is_named || !draft.spec.sites[site].unlimited_stock;
        if (why.empty()) {
            sites.push_back(site);
        } else if (is_told) {
            entry.problem("sites",
                          "site " + in_quotes(draft.sites.id(site)) + " cannot keep stock for one channel (" + why
                              + "). name other `sites`, or change it?");
        }
    }
    return sites;
}

template <class Rule>
void read_where(Reader& entry, Rule& rule) {
    const Draft& draft = entry.draft();
    const bool has_problems = !draft.problems.empty();
    rule.sites = read_sites(entry);
    rule.products = entry.select("products", draft.products);
    const bool is_kept = std::any_of(rule.sites.begin(), rule.sites.end(), [&](Index site) {
        const auto& kept = draft.spec.sites[site].assortment;
        return std::any_of(rule.products.begin(), rule.products.end(), [&](Index product) {
            return std::binary_search(kept.begin(), kept.end(), product);
        });
    });
    if (!is_kept && !has_problems && draft.problems.empty()) {
        entry.problem("", "none of these sites keeps any of these products. name others?");
    }
}

DedicatedSpec read_dedicated(Reader& entry) {
    DedicatedSpec rule;
    const auto share = entry.quantity("share");
    const auto units = entry.whole("units");
    rule.share = share ? share->value : 0;
    rule.units = units.value_or(0);
    if ((entry.node("share") != nullptr) == (entry.node("units") != nullptr)) {
        entry.problem_unless_slip(
            "", "stock is set apart by `share` or by `units`: one of the two. write for example {share: 40 %}?");
    }
    rule.release_after = entry.duration("release_after");
    read_where(entry, rule);
    return rule;
}

QuotaSpec read_quota(Reader& entry) {
    QuotaSpec rule;
    rule.units = entry.whole("units").value_or(0);
    rule.per = static_cast<QuotaSpec::Per>(entry.word("per").value_or(0));
    read_where(entry, rule);
    return rule;
}

/// The last entry for each site and product, of one channel.
std::map<std::pair<Index, Index>, const DedicatedSpec*> effective(const Draft& draft, const ChannelSpec& channel) {
    std::map<std::pair<Index, Index>, const DedicatedSpec*> all;
    for (const auto& rule : channel.dedicated) {
        for (const Index site : rule.sites) {
            const auto& kept = draft.spec.sites[site].assortment;
            std::vector<Index> products;
            std::set_intersection(
                rule.products.begin(), rule.products.end(), kept.begin(), kept.end(), std::back_inserter(products));
            for (const Index product : products) {
                all[{site, product}] = &rule;
            }
        }
    }
    return all;
}

void check_shares(Draft& draft) {
    std::map<std::pair<Index, Index>, double> sums;
    for (Index c = 0; c < draft.spec.channels.size(); ++c) {
        std::pair<Index, Index> worst{};
        double most = 0;
        for (const auto& [where, rule] : effective(draft, draft.spec.channels[c])) {
            const double sum = sums[where] += rule->share;
            if (sum > most) {
                most = sum;
                worst = where;
            }
        }
        if (most > 1 + 1e-9) {
            draft.problems.add(
                draft.channels.place(c),
                fmt::format("{:.4g} % of the product {} at site {} are set apart for channels, with this "
                            "one. lower a `share`?",
                            most * 100,
                            in_quotes(draft.products.id(worst.second)),
                            in_quotes(draft.sites.id(worst.first))));
        }
    }
}

/// Where nothing is sold nothing is set apart, whatever the entry says. False: nowhere is anything sold.
template <class Rule>
bool keep_selling_sites(const Draft& draft, std::vector<Rule>& rules) {
    for (Rule& rule : rules) {
        std::erase_if(rule.sites, [&](Index site) { return !ships_to_markets(draft, site); });
    }
    return std::none_of(rules.begin(), rules.end(), [](const Rule& rule) { return rule.sites.empty(); });
}

void check_sites(Draft& draft) {
    for (Index c = 0; c < draft.spec.channels.size(); ++c) {
        auto& channel = draft.spec.channels[c];
        const bool is_sold = keep_selling_sites(draft, channel.dedicated) && keep_selling_sites(draft, channel.quotas);
        if (!is_sold) {
            draft.problems.add(draft.channels.place(c),
                               "an entry of `dedicated` or `quota` of channel " + in_quotes(draft.channels.id(c))
                                   + " is for sites that ship to no market. name other `sites`?");
        }
    }
}

void check_session_quotas(Draft& draft) {
    for (Index c = 0; c < draft.spec.channels.size(); ++c) {
        const auto& quotas = draft.spec.channels[c].quotas;
        const auto& sessions = draft.spec.sessions;
        const bool is_by_session = std::any_of(
            quotas.begin(), quotas.end(), [](const auto& quota) { return quota.per == QuotaSpec::Per::session; });
        const bool has_sessions =
            std::any_of(sessions.begin(), sessions.end(), [c](const auto& session) { return session.channel == c; });
        if (is_by_session && !has_sessions) {
            draft.problems.add(draft.channels.place(c),
                               "channel " + in_quotes(draft.channels.id(c))
                                   + " has a quota for each session, but no session sells in it. write per: day, or add "
                                     "a session?");
        }
    }
}

/// Goods that come in belong to the parts that they are shared out to, not to those who have booked them.
void refuse_bookings(Draft& draft) {
    const auto& channels = draft.spec.channels;
    const bool has_parts = std::any_of(channels.begin(), channels.end(), [](const auto& channel) {
        return !channel.dedicated.empty() || !channel.quotas.empty();
    });
    for (Index c = 0; c < channels.size() && has_parts; ++c) {
        if (channels[c].presale && channels[c].presale->capacity) {
            draft.problems.add(draft.channels.place(c),
                               "channel " + in_quotes(draft.channels.id(c))
                                   + " has lock: capacity, which does not go with `dedicated` or `quota` of any channel. "
                                     "write lock: stock?");
        }
    }
}

}  // namespace

void read_channel_stock(Reader& channel, ChannelSpec& spec) {
    Draft& draft = channel.draft();
    if (const Node* list = channel.node("dedicated")) {
        for_each_item(draft, *list, "dedicated", false, [&](const Node& item) {
            Reader entry(draft, "dedicated", item);
            spec.dedicated.push_back(read_dedicated(entry));
        });
    }
    if (const Node* list = channel.node("quota")) {
        for_each_item(draft, *list, "quota", false, [&](const Node& item) {
            Reader entry(draft, "quota", item);
            spec.quotas.push_back(read_quota(entry));
        });
    }
}

void check_channel_stock(Draft& draft) {
    check_sites(draft);
    check_shares(draft);
    check_session_quotas(draft);
    refuse_bookings(draft);
}

}  // namespace spate::scenarios
