#include "models/quality/grade_tables.hpp"

#include "models/record/columns.hpp"

namespace spate::models {

void declare_grade_tables(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    using namespace columns;  // NOLINT(google-build-using-namespace): makers of columns, nothing else
    std::vector<std::string> names;
    for (const auto& level : spec.grades->levels)
        names.push_back(level.id);
    tables.grades = recorder.add_table(
        {"/grades",
         "Changes of products' grades, and of what customers are shown, when they are decided; sites and "
         "desks hear of them later by the grades' `news`",
         {row_of("product", "/network/products", "product"),
          code("grade", "the new one", names),
          real("seen", "1", "part of the customers who are to be shown the product"),
          code("listed", "a supplier of it is on the black list", {"no", "yes"}),
          units("tested", "in the batches that the grade is given by"),
          units("defective", "of these")}});
    tables.grade_summary =
        recorder.add_table({"/summary/grades",
                            "Grades of products over the horizon",
                            {code("grade", "grade", names), real("product_days", "d", "products times days in it")}});
    tables.black_list = recorder.add_table({"/summary/black_list",
                                            "Suppliers whose goods are inspected, over the horizon",
                                            {row_of("site", sites_path, "supplier"),
                                             count("listings", "times that it came onto the black list"),
                                             real("days", "d", "on the list")}});
    tables.desk_grades =
        recorder.add_table({"/summary/desk_grades",
                            "Orders, or lines of orders of several products, by grade of the product when the customer "
                            "came, for every market and channel, over the horizon",
                            {row_of("desk", "/network/desks", "market and channel"),
                             code("grade", "grade", names),
                             count("unseen", "customers who would have ordered but were not shown the product"),
                             count("placed", "orders placed"),
                             count("delivered", "of these, delivered by the end"),
                             count("late", "of these, later than promised"),
                             count("returned", "of the delivered ones, returned")}});
}

}  // namespace spate::models
