#include <algorithm>
#include <bit>
#include <cstdint>

#include <fmt/format.h>

#include "sim/trace/reader.hpp"

#include "tests/soak/trace_checks.hpp"

namespace spate::test {

namespace {

using sim::DatasetInfo;
using sim::TableInfo;
using sim::TraceReader;

/// The values of a dataset as text or as bits.
struct Content {
    std::vector<std::string> texts;
    std::vector<std::int64_t> bits;

    friend bool operator==(const Content&, const Content&) = default;
};

Content content_of(const TraceReader& trace, const std::string& path, const DatasetInfo& info) {
    if (info.type == "text") {
        return {trace.texts(path), {}};
    }
    if (info.type != "float64") {
        return {{}, trace.integers(path)};
    }
    Content content;
    for (const double number : trace.numbers(path)) {
        content.bits.push_back(std::bit_cast<std::int64_t>(number));
    }
    return content;
}

std::optional<std::string> difference(const TraceReader& a, const TraceReader& b, const TableInfo& table) {
    const TableInfo* other = b.find(table.path);
    if (other == nullptr || other->columns.size() != table.columns.size()) {
        return table.path + " is missing or has other columns";
    }
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const DatasetInfo &info = table.columns[c], &twin = other->columns[c];
        const std::string path = table.path + "/" + info.name;
        if (info.name != twin.name || info.shape != twin.shape) {
            return path + " has another name or shape";
        }
        const Content x = content_of(a, path, info), y = content_of(b, path, twin);
        if (x == y) {
            continue;
        }
        for (std::size_t i = 0; i < x.bits.size(); ++i) {
            if (x.bits[i] != y.bits[i]) {
                return fmt::format("{} differs from cell {} on ({} and {})", path, i, x.bits[i], y.bits[i]);
            }
        }
        return path + " differs";
    }
    return std::nullopt;
}

/// The column of a grid that names the entities: as many rows as there are of them.
bool is_entity_axis(const TableInfo& table, const DatasetInfo& column) {
    return table.path.starts_with("/series/") && !column.reference.empty();
}

std::uint64_t rows_of(const TableInfo& table) {
    const auto column = std::find_if(
        table.columns.begin(), table.columns.end(), [&](const auto& info) { return !is_entity_axis(table, info); });
    return column->shape.empty() ? 0 : column->shape.front();  // a single text has no shape
}

/// The first column in which `count` rows of two tables differ.
std::optional<std::string> difference(const TraceReader& a,
                                      std::uint64_t first_a,
                                      const TraceReader& b,
                                      std::uint64_t first_b,
                                      std::uint64_t count,
                                      const TableInfo& table) {
    for (const DatasetInfo& info : table.columns) {
        const std::string path = table.path + "/" + info.name;
        if (info.type == "text") {
            if (a.texts(path) != b.texts(path))
                return path + " differs";
            continue;
        }
        if (is_entity_axis(table, info))
            continue;
        const auto bits = [](double number) { return std::bit_cast<std::int64_t>(number); };
        const auto x = a.numbers(path, first_a, count), y = b.numbers(path, first_b, count);
        const auto [u, v] =
            std::mismatch(x.begin(), x.end(), y.begin(), [&](double i, double j) { return bits(i) == bits(j); });
        if (u != x.end())
            return fmt::format("{} is {} and {} at cell {} of the {} rows from {} and {} on",
                               path,
                               *u,
                               *v,
                               u - x.begin(),
                               count,
                               first_a,
                               first_b);
    }
    return std::nullopt;
}

/// What differs before a fork at `at` between two traces, whose first `past` rows of the table are of that time. Orders
/// that were under way at the fork are judged by its terms: steps of a peak since the last sample may change with them,
/// but not who had ordered.
std::optional<std::string> change_of_past(
    const TraceReader& before, const TraceReader& fork, const TableInfo& table, std::uint64_t past, sim::Time at) {
    if (table.path != "/series/minutes")
        return difference(before, 0, fork, 0, past, table);
    const std::int64_t every = fork.integer_attribute("series_every_us").value();
    const auto times = fork.integers(table.path + "/time");
    const auto known = std::upper_bound(times.begin(), times.end(), at.us / every * every) - times.begin();
    if (const auto found = difference(before, 0, fork, 0, static_cast<std::uint64_t>(known), table))
        return found;
    TableInfo who_ordered = table;
    std::erase_if(who_ordered.columns, [](const DatasetInfo& column) { return column.name != "placed"; });
    return difference(before, 0, fork, 0, past, who_ordered);
}

/// When the file was made, and how often the books were checked: that follows from the windows, which options may
/// change.
bool may_differ(const std::string& attribute) {
    return attribute == "created" || attribute == "ledger_checks";
}

}  // namespace

std::optional<std::string> first_difference(const std::string& path, const std::string& other) {
    const TraceReader a(path), b(other);
    if (a.tables().size() != b.tables().size()) {
        return "the number of tables differs";
    }
    for (const auto& table : a.tables()) {
        if (auto found = difference(a, b, table)) {
            return found;
        }
    }
    const auto facts = a.attributes(), other_facts = b.attributes();
    for (std::size_t i = 0; i < std::min(facts.size(), other_facts.size()); ++i) {
        if (facts[i] != other_facts[i] && !may_differ(facts[i].first)) {
            return fmt::format("attribute {} is {} and {}", facts[i].first, facts[i].second, other_facts[i].second);
        }
    }
    return facts.size() == other_facts.size() ? std::nullopt
                                              : std::optional<std::string>("the number of attributes differs");
}

std::vector<std::string> check_fork(const std::string& before,
                                    const std::string& fork,
                                    const std::string& rest,
                                    sim::Time at) {
    const TraceReader a(before), b(fork), c(rest);
    std::vector<std::string> faults;
    for (const auto& table : b.tables()) {
        const TableInfo *old = a.find(table.path), *later = c.find(table.path);
        if (old == nullptr || later == nullptr) {
            faults.push_back(table.path + " is missing");
            continue;
        }
        const std::uint64_t rows = rows_of(table), rows_later = rows_of(*later);
        if (rows < rows_later || rows_of(*old) < rows - rows_later) {
            faults.push_back(fmt::format("{} has {} rows, without the past {}, {} without the fork",
                                         table.path,
                                         rows,
                                         rows_later,
                                         rows_of(*old)));
            continue;
        }
        const std::uint64_t past = rows - rows_later;
        if (const auto found = change_of_past(a, b, table, past, at))
            faults.push_back("before the fork " + *found);
        if (const auto found = difference(b, past, c, 0, rows_later, table))
            faults.push_back("without the past " + *found);
        if (table.path.starts_with("/series/")) {
            const auto times = b.integers(table.path + "/time");
            const auto until = std::lower_bound(times.begin(), times.end(), at.us) - times.begin();
            if (static_cast<std::uint64_t>(until) != past)
                faults.push_back(fmt::format("{}: {} samples before the fork, {} left out", table.path, until, past));
        }
    }
    if (c.integer_attribute("rows_from").value_or(-1) != at.us)
        faults.push_back("rows_from is not the time of the fork");
    return faults;
}

}  // namespace spate::test
