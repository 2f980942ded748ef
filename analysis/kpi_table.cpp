#include "analysis/kpi_table.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"

namespace spate::analysis {
namespace {

bool is_count(const KeyFigure& figure) {
    return figure.unit == "orders" || figure.unit == "units";
}

}  // namespace

std::string readable_value(const KeyFigure& figure) {
    if (!figure.value) {
        return "–";
    }
    if (is_count(figure)) {
        return with_thousands(std::llround(*figure.value));
    }
    if (figure.unit != "1") {
        return readable_number(*figure.value);
    }
    const std::string text = percentage(*figure.value);
    return text.substr(0, text.find(' '));  // the sign is in the column of units
}

std::string key_figure_table(const KeyFigures& figures, std::size_t max_width) {
    TextTable table({Align::left, Align::right, Align::left, Align::left});
    for (const auto& figure : figures.figures) {
        std::string name = figure.name;
        std::replace(name.begin(), name.end(), '_', ' ');
        table.add_row({name,
                       readable_value(figure),
                       figure.unit == "1" ? "%" : figure.unit,
                       figure.value ? figure.meaning : "(" + figure.reason + ")"});
    }
    return table.text(0, max_width);
}

}  // namespace spate::analysis
