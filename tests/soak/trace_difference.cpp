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

}  // namespace spate::test
