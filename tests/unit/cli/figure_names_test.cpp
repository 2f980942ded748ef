#include "cli/figure_names.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

using namespace spate::cli;

TEST_CASE("the names are those that docs/kpi.md defines") {
    std::stringstream page;
    page << std::ifstream(std::string(SPATE_SOURCE_DIR) + "/docs/kpi.md").rdbuf();
    const std::string text = page.str();
    for (const auto name : figure_names()) {
        const bool is_account = name.starts_with("cost_per_order_") && name != "cost_per_order_total";
        INFO(name);
        CHECK((is_account || text.find("`" + std::string(name) + "`") != std::string::npos));
    }
    const std::regex row(R"re((?:^|\n)\| `([a-z0-9_]+)`(?:, `([a-z0-9_]+)`)? \| \S+ \|)re");
    std::size_t rows = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), row); at != std::sregex_iterator(); ++at, ++rows) {
        for (const std::string& name : {(*at)[1].str(), (*at)[2].str()}) {
            INFO(name);
            CHECK((name.empty()
                   || std::find(figure_names().begin(), figure_names().end(), name) != figure_names().end()));
        }
    }
    CHECK(rows > 10);
}

TEST_CASE("units of figures") {
    CHECK(figure_unit("order_fill_rate", "CNY") == "1");
    CHECK(figure_unit("cost_per_order_freight", "USD") == "USD/order");
    CHECK(figure_unit("cost_per_order_lost_sale_penalty", "CNY") == "CNY/order");
    CHECK(figure_unit("stock_value_mean", "EUR") == "EUR");
    CHECK(figure_unit("nope", "CNY").empty());
}
