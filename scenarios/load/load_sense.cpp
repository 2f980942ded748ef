// How sites order at what they hear in broadcasts.
#include <algorithm>

#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::ScriptSpec;
using models::SenseSpec;

bool is_ever_said(const models::ModelSpec& spec, const SenseSpec& sense) {
    return std::any_of(spec.sessions.begin(), spec.sessions.end(), [&](const auto& session) {
        return std::any_of(session.script.begin(), session.script.end(), [&](const ScriptSpec& said) {
            return !sense.phrase || *sense.phrase == said.phrase;
        });
    });
}

}  // namespace

std::optional<SenseRule> read_sense(Reader& rule) {
    auto reader = rule.map("sense");
    if (!reader) {
        return std::nullopt;
    }
    SenseRule sense;
    sense.place = rule.place("sense");
    const auto word = reader->word("say").value_or(0);
    if (word > 0) {
        sense.spec.phrase = static_cast<ScriptSpec::Phrase>(word - 1);
    }
    sense.spec.after = reader->duration("after").value_or(sim::Duration{});
    sense.spec.hits = reader->number("hits");
    sense.spec.false_alarms = reader->number("false_alarms");
    sense.spec.order = reader->number("order");
    if (reader->node("from") != nullptr) {
        sense.sources = reader->select("from", rule.draft().sites);
    }
    sense.mode = reader->text("mode");
    const auto& spec = rule.draft().spec;
    const bool is_deaf = spec.sessions.empty() || (sense.spec.false_alarms <= 0 && !is_ever_said(spec, sense.spec));
    if (is_deaf && rule.draft().problems.empty()) {
        rule.problem("sense",
                     "there is nothing to hear: no `script` of a session has such words. write for example script: "
                     "[{at: 30 min, lasts: 10 min, say: limited, rate: 2 x}]?");
    }
    return sense;
}

}  // namespace spate::scenarios
