#include "models/quality/quality_book.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/distribution.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/quality/draws.hpp"
#include "models/quality/share_limits.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_batch = 50, purpose_sample = 51, purpose_shelf = 52, purpose_recall = 73;

/// A test bench has room for so many deliveries at a time.
StageSpec bench_of(const InspectionSpec& plan) {
    StageSpec bench;
    bench.name = "inspection";
    bench.servers = plan.benches;
    bench.work = plan.time;
    return bench;
}

}  // namespace

QualityBook::QualityBook(const ModelSpec& spec,
                         Index site,
                         std::shared_ptr<const Assortment> assortment,
                         LotShelf* lots)
    : spec_(spec)
    , seed_{spec.seed, spec.replication}
    , site_(site)
    , key_(sim::mix(sim::hash_name("quality"), sim::hash_name(spec.sites[site].id)))
    , assortment_(std::move(assortment))
    , defective_(assortment_->size())
    , lots_(lots) {
    for (const auto& defects : spec.defects) {
        const std::uint64_t supplier = sim::mix(key_, sim::hash_name(spec.sites[defects.site].id));
        for (const Index product : defects.products) {
            Source& source = sources_[{defects.site, product}];
            source.key = sim::mix(supplier, sim::hash_name(spec.products[product].id));
            source.spec = &defects;
        }
    }
    for (const auto& inspection : spec.inspections) {
        if (inspection.site == site)
            inspection_ = &inspection;
    }
    if (inspection_ != nullptr)
        bench_ = std::make_unique<Stage>(bench_of(*inspection_), seed_, sim::mix(key_, sim::hash_name("inspection")));
}

Money QualityBook::draw_defects(Shipment& delivery) {
    const Index from = spec_.lanes[delivery.lane].from;
    Money cost = 0;
    for (auto& line : delivery.lines) {
        const auto found = sources_.find({from, line.product});
        if (found == sources_.end())
            continue;
        Source& source = found->second;
        sim::RandomStream random(seed_, sim::mix(source.key, source.batches++), purpose_batch);
        const double share = draw_beta(source.spec->share, source.spec->alike, random);
        const Units made = draw_binomial(line.quantity, share, random);
        line.defective = made - draw_binomial(made, source.spec->found, random);
        totals_.units_in += line.quantity;
        totals_.defective_in += line.defective;
        totals_.replaced += made - line.defective;
        cost = add_up(cost, multiply(source.spec->check_per_unit, line.quantity));
    }
    return cost;
}

bool QualityBook::inspects(Index from) const {
    return inspection_ != nullptr && sources_.lower_bound({from, 0}) != sources_.lower_bound({from + 1, 0});
}

/// Units of a batch to be tested, by the plan and the product's grade.
Units QualityBook::sample_of(const ProductQuantity& batch) const {
    double times = 1;
    if (spec_.grades) {
        const auto found = levels_.find(batch.product);
        times = spec_.grades->levels[found == levels_.end() ? spec_.grades->first : found->second.second].sample;
    }
    const double wanted = inspection_->sample_units > 0
                              ? static_cast<double>(inspection_->sample_units)
                              : inspection_->sample_share * static_cast<double>(batch.quantity);
    return static_cast<Units>(std::ceil(std::min(wanted * times, 1e18) - 1e-9));
}

void QualityBook::regrade(const GradeNotice& notice) {
    for (const auto& change : notice.items) {
        auto& [decided, level] = levels_[change.product];
        if (decided <= change.decided)
            std::tie(decided, level) = std::pair(change.decided, change.level);
    }
}

QualityBook::Verdict QualityBook::inspect(Index from, ProductQuantity& batch, Time now) {
    const auto found = sources_.find({from, batch.product});
    if (found == sources_.end() || batch.quantity == 0)
        return {};
    Source& source = found->second;
    const InspectionSpec& plan = *inspection_;
    Record& record = records_[from];
    const bool is_screened = now < record.screened_until;
    const Units wanted = sample_of(batch);
    const bool is_whole = is_screened || source.inspected < plan.admission;
    const Units tested = is_whole ? batch.quantity : std::min(wanted, batch.quantity);
    sim::RandomStream random(seed_, sim::mix(source.key, source.inspected++), purpose_sample);
    const Units bad = draw_hypergeometric(batch.quantity, batch.defective, tested, random);
    const Units most =
        plan.accept_units + static_cast<Units>(std::floor(plan.accept_share * static_cast<double>(tested) + 1e-9));
    const bool is_failed = !is_screened && bad > most;
    if (spec_.grades)
        verdicts_.push_back({from, batch.product, tested, bad, is_failed ? 1U : 0U, is_screened ? 0U : 1U});
    Verdict verdict{is_failed ? batch.quantity : bad,
                    is_failed ? batch.defective : bad,
                    add_up(plan.cost_per_batch, multiply(plan.cost_per_unit, tested)),
                    tested,
                    bad,
                    is_failed,
                    !is_screened};
    batch.quantity -= verdict.removed;
    batch.defective -= verdict.removed_defective;
    if (!is_screened)
        record.failed_in_a_row = is_failed ? record.failed_in_a_row + 1 : 0;
    if (plan.screen_after > 0 && record.failed_in_a_row >= plan.screen_after)
        record = {0, now + plan.screen_for};
    ++totals_.batches;
    totals_.batches_failed += is_failed;
    totals_.batches_screened += is_screened;
    totals_.tested += tested;
    totals_.removed += verdict.removed;
    totals_.removed_defective += verdict.removed_defective;
    return verdict;
}

void QualityBook::hold(std::unique_ptr<Shipment> delivery, Time now) {
    Job job;
    job.order.number = static_cast<std::uint32_t>(held_count_);
    job.order.key = sim::mix(key_, held_count_);
    job.order.quantity = 1;
    job.released = job.ready = now;
    held_[held_count_++] = std::move(delivery);
    bench_->push(job);
}

std::unique_ptr<Shipment> QualityBook::release(std::uint64_t number) {
    const auto found = held_.find(number);
    SPATE_ASSERT(found != held_.end());
    auto delivery = std::move(found->second);
    held_.erase(found);
    return delivery;
}

Units QualityBook::take(std::int32_t position, Units on_hand, Units quantity, std::uint64_t key) {
    const Units here = defective(position);
    const bool is_by_lot = lots_ != nullptr && lots_->keeps(position);
    if (here == 0 && !is_by_lot)
        return 0;
    sim::RandomStream random(seed_, sim::mix(key_, key), purpose_shelf);
    const Units taken =
        is_by_lot ? lots_->take(position, quantity, random) : draw_hypergeometric(on_hand, here, quantity, random);
    note_went(position, taken);
    return taken;
}

std::vector<BatchFacts> QualityBook::name_batches(Shipment& delivery, Time now) {
    std::vector<BatchFacts> facts;
    for (auto& line : delivery.lines) {
        if (line.batch != 0 || line.quantity == 0)
            continue;
        const bool is_bad = line.defective > 0 && is_at_least(line.defective, spec_.recall->bad_share, line.quantity);
        line.batch = batch_number(site_, named_++, is_bad);
        facts.push_back({line.batch, now, line.quantity, line.defective, line.product});
    }
    return facts;
}

std::vector<LotShelf::Part> QualityBook::recall(std::int32_t position, const Recalled& what, Units reserved, Time now) {
    if (what.batch == 0) {
        recalled_products_[what.product] = now;
    } else {
        recalled_.insert(what.batch);
    }
    sim::RandomStream random(seed_, sim::mix(key_, sim::mix(what.number, what.product)), purpose_recall);
    auto parts = lots_->recall(position, what.batch, reserved, random);
    note_recalled(position, parts);
    return parts;
}

void QualityBook::note_recalled(std::int32_t position, const std::vector<LotShelf::Part>& parts) {
    for (const auto& part : parts) {
        recall_totals_.removed += part.quantity;
        recall_totals_.removed_bad += is_bad_batch(part.batch) ? part.quantity : 0;
        recall_totals_.removed_defective += part.defective;
        note_went(position, part.defective);
    }
}

std::vector<LotShelf::Part> QualityBook::recall_released(std::int32_t position, Units released, Units reserved) {
    if (recalled_products_.empty() && recalled_.empty())
        return {};
    sim::RandomStream random(seed_, sim::mix(key_, sim::mix(sim::hash_name("released"), released_++)), purpose_recall);
    auto parts = spec_.recall->by_batch ? lots_->take_called_back_beyond(position, reserved, random)
                                        : lots_->take_called_back(position, released, random);
    note_recalled(position, parts);
    return parts;
}

bool QualityBook::is_recalled(const ProductQuantity& line, Time sent) const {
    if ((line.batch & called_back_bit) != 0 || recalled_.contains(line.batch))
        return true;
    const auto whole = recalled_products_.find(line.product);
    return whole != recalled_products_.end() && sent < whole->second;
}

void QualityBook::note_stopped(const ProductQuantity& line) {
    recall_totals_.removed += line.quantity;
    recall_totals_.stopped += line.quantity;
    recall_totals_.removed_bad += is_bad_batch(line.batch) ? line.quantity : 0;
    recall_totals_.removed_defective += line.defective;
}

Units QualityBook::unaccounted() const {
    Units here = 0;
    for (const Units units : defective_)
        here += units;
    return came_ - went_ - here;
}

template <class Archive>
void QualityBook::serialize(Archive& archive) {
    for (auto& [key, source] : sources_)
        archive(source.batches, source.inspected);
    std::vector<Index> suppliers;
    std::vector<Record> records;
    for (const auto& [supplier, record] : records_) {
        suppliers.push_back(supplier);
        records.push_back(record);
    }
    sim::block(archive, suppliers);
    sim::block(archive, records);
    for (std::size_t i = 0; i < suppliers.size(); ++i)
        records_[suppliers[i]] = records[i];
    sim::block(archive, defective_);
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, delivery] : held_)
        numbers.push_back(number);
    archive(numbers);
    for (const auto number : numbers) {
        auto& delivery = held_[number];
        if (!delivery)
            delivery = std::make_unique<Shipment>();
        archive(delivery->lane, delivery->sent);
        sim::block(archive, delivery->lines);
    }
    archive(held_count_, came_, went_);
    sim::plain(archive, totals_);
    if (bench_)
        archive(*bench_);
    SPATE_EXPECT(verdicts_.empty());
    archive(named_, released_, recalled_products_, levels_);
    std::vector<std::uint64_t> recalled(recalled_.begin(), recalled_.end());
    sim::block(archive, recalled);
    recalled_.insert(recalled.begin(), recalled.end());
    sim::plain(archive, recall_totals_);
}

template void QualityBook::serialize(sim::StateWriter& archive);
template void QualityBook::serialize(sim::StateReader& archive);

}  // namespace spate::models
