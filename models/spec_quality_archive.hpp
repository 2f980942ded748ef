#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/spec_quality.hpp"

/// How quality, recalls, the refund fund and tickets are archived; see models/spec_archive.hpp.
namespace spate::models {

template <class Archive>
void serialize(Archive& archive, DefectSpec& s) {
    archive(s.site, s.products, s.share, s.alike, s.found, s.check_per_unit);
}

template <class Archive>
void serialize(Archive& archive, InspectionSpec& s) {
    archive(s.site, s.sample_share, s.sample_units, s.accept_share, s.accept_units, s.time, s.cost_per_unit);
    archive(s.cost_per_batch, s.sends_back, s.screen_after, s.screen_for, s.benches, s.admission);
}

template <class Archive>
void serialize(Archive& archive, RecallSpec::Dated& s) {
    archive(s.at, s.products, s.from, s.to);
}

template <class Archive>
void serialize(Archive& archive, RecallSpec& s) {
    archive(s.by_batch, s.at_least, s.share, s.every, s.news, s.sends_back, s.answers, s.bad_share, s.dated);
}

template <class Archive>
void serialize(Archive& archive, GradesSpec::Level& s) {
    archive(s.id, s.most_defective, s.seen, s.sample, s.priority);
}

template <class Archive>
void serialize(Archive& archive, GradesSpec& s) {
    archive(s.levels, s.first, s.over, s.every, s.news, s.black_after, s.black_for, s.black_seen);
}

template <class Archive>
void serialize(Archive& archive, RefundFundSpec& s) {
    archive(s.opening, s.share);
    sim::plain(archive, s.pays);
}

template <class Archive>
void serialize(Archive& archive, TicketSpec& s) {
    archive(s.bot, s.answer_within, s.supplier_pays, s.accuracy);
}

}  // namespace spate::models
