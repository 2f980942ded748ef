#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"
#include "scenarios/load/suggest.hpp"

/// Grades of products and the black list of suppliers.
namespace spate::scenarios {

namespace {

using models::GradesSpec;

constexpr std::size_t most_levels = 15;  // an order bears its grade in four bits

/// What part may be defective: each grade more than the better ones, the last any.
void read_limit(Reader& reader, bool is_last, const GradesSpec& spec, GradesSpec::Level& level) {
    if (reader.node("defective") == nullptr) {
        if (!is_last) {
            reader.problem_unless_slip(
                "defective",
                "every grade but the last says how much of what is tested may be defective. write "
                "for example defective: 1 %?");
        }
        return;
    }
    level.most_defective = reader.number("defective");
    if (is_last) {
        reader.problem("defective", "the last grade takes all that is worse than the others. leave `defective` out?");
    } else if (!spec.levels.empty() && level.most_defective <= spec.levels.back().most_defective) {
        reader.problem("defective",
                       "grade " + in_quotes(level.id) + " is never given: what is no worse than this has grade "
                           + in_quotes(spec.levels.back().id) + " (the best grade comes first). write a larger share?");
    }
}

void load_level(Draft& draft, const Node& item, bool is_last, GradesSpec& spec) {
    Reader reader(draft, "quality_grade", item);
    GradesSpec::Level level;
    level.id = reader.slug("grade");
    level.seen = reader.number("seen");
    level.sample = reader.number("sample");
    level.priority = static_cast<std::uint8_t>(reader.whole("priority").value_or(5));
    read_limit(reader, is_last, spec, level);
    const auto same = [&](const auto& other) { return other.id == level.id; };
    if (std::any_of(spec.levels.begin(), spec.levels.end(), same)) {
        reader.problem("grade", "grade " + in_quotes(level.id) + " is there twice. rename one of them?");
    }
    spec.levels.push_back(std::move(level));
}

void load_levels(Reader& grades, GradesSpec& spec) {
    Draft& draft = grades.draft();
    const Node* list = grades.node("levels");
    if (list == nullptr) {
        return;
    }
    const std::size_t count = list->kind == Node::Kind::sequence ? list->items.size() : 1;
    if (count > most_levels) {
        grades.problem("levels", "more than " + std::to_string(most_levels) + " grades");
        return;
    }
    if (count == 0) {
        grades.problem("levels",
                       "there is no grade. write for example levels: [{grade: A, defective: 1 %}, {grade: B}]?");
        return;
    }
    for_each_item(draft, *list, "quality_grade", false, [&](const Node& item) {
        load_level(draft, item, spec.levels.size() + 1 == count, spec);
    });
}

void read_first(Reader& grades, GradesSpec& spec) {
    const std::string first = grades.slug("first");
    if (first.empty() || spec.levels.empty()) {
        return;
    }
    const auto found =
        std::find_if(spec.levels.begin(), spec.levels.end(), [&](const auto& level) { return level.id == first; });
    if (found != spec.levels.end()) {
        spec.first = static_cast<std::uint32_t>(found - spec.levels.begin());
        return;
    }
    std::vector<std::string_view> ids;
    for (const auto& level : spec.levels) {
        ids.push_back(level.id);
    }
    grades.problem("first", "there is no grade " + in_quotes(first) + did_you_mean(first, ids));
}

}  // namespace

void load_grades(Reader& quality) {
    auto grades = quality.map("grades");
    if (!grades) {
        return;
    }
    GradesSpec spec;
    load_levels(*grades, spec);
    if (spec.levels.empty()) {
        return;
    }
    read_first(*grades, spec);
    spec.over = static_cast<std::uint32_t>(grades->whole("over").value_or(spec.over));
    spec.every = grades->duration("every").value_or(spec.every);
    spec.news = grades->duration("news").value_or(spec.news);
    refuse_too_often(*grades, "every", spec.every);
    if (auto black = grades->map("black_list")) {
        spec.black_after = static_cast<std::uint32_t>(black->whole("after").value_or(1));
        spec.black_for = black->duration("lasts").value_or(sim::day);
        spec.black_seen = black->number("seen");
    }
    quality.draft().grades_place = grades->place();
    quality.draft().spec.grades = std::move(spec);
}

void check_grades(Draft& draft) {
    const auto& spec = draft.spec;
    if (!spec.grades) {
        return;
    }
    if (spec.inspections.empty()) {
        draft.problems.add(draft.grades_place,
                           "nothing is ever graded (there are no `inspections`). write for example inspections: {at: "
                           "rdc-*, sample: 10 %, accept: 2 %}, or remove it?");
    }
    const auto& levels = spec.grades->levels;
    const bool differs =
        std::any_of(levels.begin(), levels.end(), [](const auto& level) { return level.priority != 5; });
    const bool is_used = std::any_of(spec.sites.begin(), spec.sites.end(), [](const auto& site) {
        return std::any_of(
            site.outbound.begin(), site.outbound.end(), [](const auto& stage) { return stage.by_priority; });
    });
    if (differs && !is_used) {
        draft.problems.add(
            draft.grades_place,
            "`priority` of grades has no effect (no stage has `queue: priority`). add it to one, or leave "
            "`priority` out?");
    }
}

}  // namespace spate::scenarios
