#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/spec_sessions.hpp"

/// How the parts of sessions are archived; see models/spec_archive.hpp.
namespace spate::models {

template <class Archive>
void serialize(Archive& archive, HostSpec& s) {
    archive(s.id, s.name, s.tier, s.followers, s.style, s.absences_per_year, s.absent_at, s.absent_for);
}

template <class Archive>
void serialize(Archive& archive, EarlierSeed& s) {
    archive(s.run.seed, s.run.replication, s.until);
}

template <class Archive>
void serialize(Archive& archive, HostPolicySpec& s) {
    archive(s.s_share, s.substitutes, s.keeps);
}

template <class Archive>
void serialize(Archive& archive, GiftSpec& s) {
    archive(s.each, s.units, s.product, s.when_out);
}

template <class Archive>
void serialize(Archive& archive, ScriptSpec& s) {
    archive(s.phrase, s.at, s.lasts, s.rate, s.gift);
}

template <class Archive>
void serialize(Archive& archive, CartSpec& s) {
    archive(s.conversion, s.lead);
}

template <class Archive>
void serialize(Archive& archive, PrepareSpec& s) {
    archive(s.ahead, s.theme, s.super, s.replan, s.reserve, s.call, s.carts);
}

template <class Archive>
void serialize(Archive& archive, SenseSpec& s) {
    archive(s.phrase, s.after, s.hits, s.false_alarms, s.order);
}

template <class Archive>
void serialize(Archive& archive, AlertSpec& s) {
    archive(s.carts, s.orders, s.least, s.every, s.turnover, s.turnover_days, s.turnover_over);
}

}  // namespace spate::models
