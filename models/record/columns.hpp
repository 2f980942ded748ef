#pragma once

#include <string>
#include <utility>

#include "sim/trace/recorder.hpp"
#include "models/record/tables.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Makers of columns, for declarations of tables.
namespace columns {

using sim::Column;
using sim::ColumnType;

inline constexpr const char* sites_path = "/network/sites";

inline Column whole(std::string name, std::string unit, std::string text) {
    return {std::move(name), ColumnType::i64, std::move(unit), std::move(text), {}, "", 1.0};
}

inline Column units(std::string name, std::string text) {
    return whole(std::move(name), "units", std::move(text));
}

inline Column count(std::string name, std::string text) {
    return whole(std::move(name), "1", std::move(text));
}

inline Column real(std::string name, std::string unit, std::string text) {
    return {std::move(name), ColumnType::f64, std::move(unit), std::move(text), {}, "", 1.0};
}

inline Column moment(std::string name, std::string text) {
    return whole(std::move(name), "us", std::move(text) + " (since the start; -9223372036854775808: never)");
}

inline Column code(std::string name, std::string text, std::vector<std::string> codes) {
    return {std::move(name), ColumnType::u8, "1", std::move(text), std::move(codes), "", 1.0};
}

inline Column row_of(std::string name, std::string table, std::string text) {
    return {std::move(name), ColumnType::u32, "1", std::move(text), {}, std::move(table), 1.0};
}

inline Column money(std::string name, const std::string& currency, std::string text) {
    return {std::move(name), ColumnType::i64, currency, std::move(text), {}, "", 1e-6};
}

}  // namespace columns

/// Orders one by one.
void declare_orders(sim::Recorder& recorder, TraceTables& tables);
/// Rules with several sources: true if there are any; their tables; /network/supply.
bool has_supply_splits(const ModelSpec& spec);
void declare_supply(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables);
void describe_supply(sim::Recorder& recorder, const ModelSpec& spec);
/// /network/purchase_prices, where a site states some.
void describe_purchase_prices(sim::Recorder& recorder, const ModelSpec& spec);
/// What became of the orders of each desk.
void declare_desk_summary(sim::Recorder& recorder, TraceTables& tables);

}  // namespace spate::models
