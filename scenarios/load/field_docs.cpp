#include <algorithm>
#include <string>

#include "scenarios/load/field_table.hpp"
#include "scenarios/load/scenario.hpp"

/// What people read of the field table: a complete commented scenario, and the page of the format.
namespace spate::scenarios {

namespace {

constexpr std::size_t remark_column = 60;

/// Width on a screen: a Chinese character takes two columns.
std::size_t screen_width(std::string_view text) {
    std::size_t width = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        width += byte < 0x80 ? 1 : byte >= 0xE0 ? 2 : 0;
    }
    return width;
}

std::string limits_text(const Field& f) {
    std::string out = f.fallback.empty() ? "" : "default " + std::string(f.fallback);
    if (f.need == Need::required) {
        out = "required";
    }
    const std::string limits = limits_in_words(f.limits);
    if (!limits.empty()) {
        out += (out.empty() ? "" : "; ") + limits;
    }
    return out;
}

/// Writes the scenario; every line is indented, and commented out where another key excludes it.
class Example {
  public:
    std::string write() {
        out_ =
            "# Every key of a scenario, with its meaning. Lines that are commented out are alternatives to others.\n\n";
        write_section("scenario", 0, false, false);
        return out_;
    }

  private:
    void line(std::size_t indent, bool off, std::string text, std::string_view remark) {
        text = std::string(indent, ' ') + (off ? "# " : "") + text;
        if (!remark.empty()) {
            const std::size_t width = screen_width(text);
            text += std::string(width < remark_column ? remark_column - width : 2, ' ') + "# " + std::string(remark);
        }
        out_ += text + "\n";
    }

    void write_field(const Field& f, std::size_t indent, const std::string& dash, bool off) {
        const bool excluded = f.example.starts_with('#');
        const std::string limits = limits_text(f);
        const std::string remark = std::string(f.meaning) + (limits.empty() ? "" : " [" + limits + "]");
        if (f.type == FieldType::map && (f.example.empty() || excluded)) {
            line(indent, off || excluded, dash + std::string(f.key) + ":", remark);
            write_section(f.accepts, indent + dash.size() + 2, false, off || excluded);
        } else if (f.type == FieldType::list) {
            line(indent, off || excluded, dash + std::string(f.key) + ":", remark);
            for (const auto of : words_of(f.accepts)) {
                out_ += off || excluded ? "" : section(of).before;
                write_section(of, indent + 2, true, off || excluded);
            }
        } else {
            const std::string_view example = excluded ? f.example.substr(2) : f.example;
            line(indent, off || excluded, dash + std::string(f.key) + ": " + std::string(example), remark);
        }
    }

    void write_section(std::string_view name, std::size_t indent, bool as_item, bool off) {
        bool first = as_item;
        for (const auto& f : fields_of(name)) {
            const bool excluded = f.example.starts_with('#');
            if (name == "scenario" && f.type >= FieldType::map) {
                out_ += "\n";
            }
            const std::string dash = as_item && first && !excluded ? "- " : "";
            write_field(f, indent + (as_item && dash.empty() ? 2 : 0), dash, off);
            first = first && excluded;
        }
    }

    std::string out_;
};

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string type_text(const Field& f) {
    switch (f.type) {
        case FieldType::text: return "text";
        case FieldType::slug: return "id";
        case FieldType::word: return "one of: " + std::string(f.accepts);
        case FieldType::flag: return "true or false";
        case FieldType::seed: return "whole number";
        case FieldType::moment: return "date and time, or time since the start";
        case FieldType::quantity: return std::string(describe(f.measure));
        case FieldType::distribution: return std::string(describe(f.measure)) + " or its distribution";
        case FieldType::inherited: return "a quantity";
        case FieldType::file: return "file name";
        case FieldType::map: return "map, see " + std::string(section(f.accepts).title);
        case FieldType::list: return "list";
        case FieldType::selector:
        case FieldType::mixed: return std::string(f.accepts);
    }
    return "";
}

constexpr std::string_view head = R"(# The scenario format

Made from the field table (`scenarios/load/fields_*.cpp`); do not edit. `spate defaults` prints a complete commented scenario;
`scenarios/first-steps.yaml` is the smallest one to learn from.

## Rules

- A scenario is one YAML file in UTF-8, a plain subset of YAML 1.2: no anchors, aliases, tags or tabs in the indentation, no key twice,
  quotes close on their line, the last line ends with a line break. Unknown keys are refused.
- **Quantities carry units**: `6 h`, `129 CNY`, `60k units/h`, `12 %`. A bare number is refused where a unit is possible.
  Time: us, ms, s, min, h, d (day), week, year (365 d), 秒, 分钟, 小时, 天, 周. Mass: g, kg, t. Volume: mL, L, m3. Length: m, km.
  Counts: unit (件), order, parcel (单), trip. Behind the digits: k, M, 万, 亿. Money: the scenario's currency (for CNY also 元).
- **Globs** choose by id: `*` any characters, `?` one, `{a,b}` one of several; `all` is everything. One that matches nothing is refused.
- **CSV files**: `from: file.csv` in the lists markets, products and sites stands for one item a row; the header names the same keys.
  `price [CNY]` gives the unit of a column. Keys beside `from` count for all rows. Paths are relative to the file that names them.
- **include**: maps merge by key; markets, products, sites, channels, hosts, sessions and return centres merge by id; other lists, also those inside of
  an item, are replaced; the including file wins.
- **--set path=value** changes one value: `--set demand.orders=2M/day`, `--set "products[lip-glaze].price=99 CNY"`, `--set lanes[0].within=500km`.
  What stands in brackets is an id; if no item has it, a position from 0.
- Where several replenish rules match a product at a site, **the last one counts**. Products that no rule matches are not replenished.
- All problems are reported at once, as `file:line:column: problem (why). suggestion?`.

)";

}  // namespace

std::string commented_defaults() {
    return Example().write();
}

std::string format_page() {
    std::string out(head);
    for (const auto& s : all_sections()) {
        out += "## " + std::string(s.title) + "\n\n" + (s.intro.empty() ? "" : std::string(s.intro) + "\n\n");
        out += "| key | what | meaning | default, limits | example |\n|---|---|---|---|---|\n";
        for (const auto& f : fields_of(s.name)) {
            const std::string_view example = f.example.starts_with("# ") ? f.example.substr(2)
                                             : f.example == "#"          ? ""
                                                                         : f.example;
            out += "| `" + std::string(f.key) + "` | " + cell(type_text(f)) + " | " + cell(f.meaning) + " | "
                   + cell(limits_text(f)) + " | " + (example.empty() ? "" : "`" + cell(example) + "`") + " |\n";
        }
        out += "\n";
    }
    return out;
}

}  // namespace spate::scenarios
