#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spate::viz {

/// One file a page shows: its name for people and its bytes (HDF5).
struct PageData {
    std::string name;
    std::string bytes;
};

/// The page (one HTML file without references to others) with the data in it.
std::string make_page(const std::vector<PageData>& data);

/// The page without data, as built in viz/report.
std::string_view empty_page();

}  // namespace spate::viz
