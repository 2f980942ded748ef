#include <algorithm>
#include <bit>
#include <cmath>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_demand_parts.hpp"
#include "scenarios/load/load_sections.hpp"
#include "scenarios/load/suggest.hpp"

/// How the rate of an entry of `demand` changes in absolute time.
namespace spate::scenarios {

namespace {

using models::CalendarFactor;
using models::DemandSpec;
using models::LaunchSpec;
using sim::Duration;
using sim::Time;

/// The longest run over which a rate may grow or shrink by e.
constexpr double most_growth = 30;

/// A local date, or a local date and time, or one with its offset; `is_day`: a date alone.
std::optional<Time> read_date(Draft& draft, const Node& node, bool& is_day) {
    std::string text = node.text, error;
    is_day = text.size() == 10;
    if (is_day) {
        text += "T00:00";
    }
    const bool is_local = text.size() == 16;
    auto instant = parse_instant(is_local ? text + "Z" : text, error);
    if (!node.is_scalar() || !instant) {
        draft.problems.add(node.place, in_quotes(node.text) + " is no date. write for example 2025-10-01?");
        return std::nullopt;
    }
    if (is_local) {
        instant->utc_us -= draft.start.offset.us;
    }
    return Time{instant->utc_us - draft.start.utc_us};
}

/// `date`, or `from` and `to`: a day as `to` is included.
bool read_span(Reader& row, CalendarFactor& factor, bool& is_days) {
    const Node *date = row.node("date"), *from = row.node("from"), *to = row.node("to");
    if ((date != nullptr) == (from != nullptr && to != nullptr)
        || (date != nullptr && (from != nullptr || to != nullptr))) {
        row.problem("", "a row of a calendar needs `date`, or `from` and `to`");
        return false;
    }
    bool is_day = false, is_last_day = false;
    const auto first = read_date(row.draft(), date != nullptr ? *date : *from, is_day);
    const auto last = read_date(row.draft(), date != nullptr ? *date : *to, is_last_day);
    if (!first || !last) {
        return false;
    }
    is_days = is_day && is_last_day;
    factor.from = *first;
    factor.to = is_last_day ? *last + sim::day : *last;
    if (date != nullptr && !is_day) {
        row.problem("date", "`date` is a whole day. write `from` and `to` for hours?");
    } else if (factor.to <= factor.from) {
        row.problem(to != nullptr ? "to" : "date", "the row ends before it begins");
    }
    return true;
}

void read_category(Reader& row, CalendarFactor& factor) {
    factor.category = row.text("category");
    const auto& products = row.draft().spec.products;
    const bool is_known = factor.category.empty() || std::any_of(products.begin(), products.end(), [&](const auto& p) {
                              return p.category == factor.category;
                          });
    if (!is_known) {
        std::vector<std::string_view> names;
        for (const auto& product : products) {
            if (std::find(names.begin(), names.end(), product.category) == names.end()) {
                names.push_back(product.category);
            }
        }
        row.problem(
            "category",
            "no product is of the category " + in_quotes(factor.category) + did_you_mean(factor.category, names));
    }
}

void read_row(Draft& draft, const Node& item, std::vector<CalendarFactor>& calendar) {
    Reader row(draft, "calendar_row", item);
    CalendarFactor factor;
    bool is_days = false;
    const bool has_span = read_span(row, factor, is_days);
    row.text("name");
    factor.factor = row.number("factor");
    row.slug("market");
    if (const Node* market = row.node("market")) {
        factor.market = read_id(draft, *market, draft.markets);
    }
    read_category(row, factor);
    if (const std::string like = row.text("like"); !like.empty()) {
        const auto days = parse_days(like);
        if (!days || std::popcount(*days) != 1) {
            row.problem("like", in_quotes(like) + " is no day of the week. write for example sun?");
        } else if (!is_days || !factor.category.empty()) {
            row.problem("like", "`like` is for whole days and all categories");
        } else {
            factor.like = static_cast<std::uint8_t>(std::countr_zero(*days));
        }
    }
    if (row.node("factor") == nullptr && row.node("like") == nullptr) {
        row.problem_unless_slip("", "the row changes nothing. write a `factor`, or the day it is `like`?");
    }
    if (has_span) {
        calendar.push_back(std::move(factor));
    }
}

/// A file or a list of files.
void read_calendar(Reader& demand, std::vector<CalendarFactor>& calendar, Encoding encoding) {
    const Node* files = demand.node("calendar");
    if (files == nullptr) {
        return;
    }
    Draft& draft = demand.draft();
    const auto read = [&](const Node& file) {
        if (!file.is_scalar()) {
            draft.problems.add(file.place, "`calendar` is the name of a CSV file, or a list of them");
            return;
        }
        const std::size_t before = calendar.size();
        for_each_row(
            draft,
            file,
            Node::map(file.place),
            "calendar_row",
            [&](const Node& row) { read_row(draft, row, calendar); },
            encoding);
        const Time end = Time{0} + draft.spec.warm_up + draft.spec.horizon;
        const bool matters = std::any_of(calendar.begin() + static_cast<std::ptrdiff_t>(before),
                                         calendar.end(),
                                         [&](const auto& row) { return row.from < end && row.to.us > 0; });
        if (draft.has_time && draft.problems.empty() && !matters) {
            draft.problems.add(
                file.place,
                "no row of " + in_quotes(file.text) + " lies in the simulated time. another year's calendar?");
        }
    };
    if (files->is_sequence()) {
        std::for_each(files->items.begin(), files->items.end(), read);
    } else {
        read(*files);
    }
}

void read_trend(Reader& demand, models::ShapeSpec& shape) {
    auto trend = demand.map("trend");
    if (!trend) {
        return;
    }
    shape.trend = trend->number("by");
    shape.trend_every = trend->duration("every").value_or(sim::day * 365);
    const auto& spec = demand.draft().spec;
    const double times = (spec.warm_up + spec.horizon).seconds() / std::max(shape.trend_every.seconds(), 1e-6);
    if (std::abs(std::log1p(shape.trend)) * times > most_growth) {
        trend->problem("by",
                       "the rate would change by more than a factor of 10 million million in the simulated time. "
                       "lengthen `every`?");
        shape.trend = 0;
    }
}

/// True if the number of buyers is stated.
bool read_bass(Reader& bass, DemandSpec& spec, LaunchSpec& launch) {
    launch.kind = LaunchSpec::Kind::bass;
    launch.innovation = bass.number("innovation");
    launch.imitation = bass.number("imitation");
    launch.per = bass.duration("per").value_or(sim::day * 365);
    spec.orders_per_second = bass.number("buyers") / launch.per.seconds();
    return true;
}

bool read_launch(Reader& demand, DemandSpec& spec) {
    auto reader = demand.map("launch");
    if (!reader) {
        return false;
    }
    LaunchSpec& launch = spec.shape.launch;
    launch.starts = reader->moment("starts").value_or(Time{});
    const auto ramp = reader->duration("ramp");
    auto bass = reader->map("bass");
    const auto& draft = demand.draft();
    if (draft.has_time && launch.starts >= Time{0} + draft.spec.warm_up + draft.spec.horizon) {
        reader->problem("starts",
                        "nobody orders (the launch begins after the end of the simulated time). move it, or change "
                        "`time`?");
    }
    if (ramp.has_value() == bass.has_value()) {
        reader->problem_unless_slip("", "a launch has either `ramp` or `bass`");
        return false;
    }
    if (bass) {
        return read_bass(*bass, spec, launch);
    }
    launch.kind = LaunchSpec::Kind::ramp;
    launch.ramp = *ramp;
    return false;
}

void read_noise(Reader& demand, models::NoiseSpec& spec) {
    auto noise = demand.map("noise");
    if (!noise) {
        return;
    }
    constexpr std::int64_t most = 100'000;
    spec.cv = noise->number("cv");
    spec.every = noise->duration("every").value_or(sim::day);
    spec.correlation = noise->number("correlation");
    const auto& draft = demand.draft();
    const Duration length = draft.spec.warm_up + draft.spec.horizon;
    if (draft.has_time && spec.every.us > 0 && length / spec.every > most) {
        noise->problem("every", "the simulated time has more than 100 thousand periods of noise. lengthen `every`?");
    }
}

}  // namespace

void refuse_keys(Reader& reader, std::initializer_list<const char*> keys, const std::string& why) {
    for (const auto* key : keys) {
        if (reader.node(key) != nullptr) {
            reader.problem(key, "`" + std::string(key) + "` " + why);
        }
    }
}

bool read_rate_shape(Reader& demand, DemandSpec& spec, Encoding encoding) {
    read_trend(demand, spec.shape);
    read_calendar(demand, spec.shape.calendar, encoding);
    const bool has_buyers = read_launch(demand, spec);
    read_noise(demand, spec.shape.noise);
    return has_buyers;
}

void read_hawkes(Reader& hawkes, DemandSpec& spec) {
    spec.branching = hawkes.number("branching");
    spec.branching_delay = hawkes.duration("decay").value_or(sim::minute);
    if (spec.branching_delay > sim::day) {
        hawkes.problem("decay", "orders bring others about within a day. shorten `decay`?");
    }
    if (hawkes.node("decay") != nullptr && spec.branching_delay < sim::Duration{1000}) {
        hawkes.problem("decay", "times are whole microseconds, too coarse for this. write 1 ms or more?");
    }
}

Encoding read_encoding(Reader& demand) {
    return demand.word("encoding").value_or(0) == 1 ? Encoding::gb18030 : Encoding::utf8;
}

}  // namespace spate::scenarios
