#include "sim/trace/reader.hpp"

#include <cstdlib>

#include <catch2/catch.hpp>
#include <hdf5.h>

#include "sim/base/check.hpp"

#include "tests/unit/sim/trace/trace_test_files.hpp"

using namespace spate::sim;
using namespace spate::test;

namespace {

std::string reading(const std::string& path) {
    return message_of<FileError>([&] { TraceReader reader(path); });
}

/// Opens a finished sample trace and lets `change` damage it.
template <class Change>
void change_trace(const std::string& path, Change change) {
    write_sample_trace(path);
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    REQUIRE(file >= 0);
    change(file);
    REQUIRE(H5Fclose(file) >= 0);
}

template <class Value>
void set_attribute(hid_t file, const char* name, hid_t type, const Value* value) {
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    REQUIRE(H5Awrite(attribute, type, value) >= 0);
    H5Aclose(attribute);
}

/// Adds a chunked or contiguous one-dimensional dataset of int64.
void add_dataset(hid_t file, hsize_t rows, hid_t creation) {
    const hid_t space = H5Screate_simple(1, &rows, nullptr);
    const hid_t dataset = H5Dcreate2(file, "odd", H5T_STD_I64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    REQUIRE(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(creation);
}

std::string shell(const std::string& command) {
    std::string output;
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 256> line = {};
    while (fgets(line.data(), line.size(), pipe) != nullptr) {
        output += line.data();
    }
    pclose(pipe);
    return output;
}

std::string python_with_h5py() {
    for (const std::string python : {"python3", "/usr/bin/python3"}) {
        if (std::system((python + " -c 'import h5py, numpy' 2>/dev/null").c_str()) == 0) {
            return python;
        }
    }
    return "";
}

}  // namespace

TEST_CASE("every type of column is read as it was written") {
    const TestFolder folder;
    write_sample_trace(folder.file("t.h5"));
    const TraceReader reader(folder.file("t.h5"));
    CHECK(reader.integers("/orders/time") == std::vector<std::int64_t>{0, 10, 20});
    CHECK(reader.texts("/orders/state") == std::vector<std::string>{"placed", "shipped", "退货"});
    CHECK(reader.integers("/orders/state") == std::vector<std::int64_t>{0, 1, 2});
    CHECK(reader.integers("/orders/site") == std::vector<std::int64_t>{0, 1, UINT32_MAX});
    CHECK(reader.integers("/orders/price") == std::vector<std::int64_t>{1'500'000, 3'000'000, 4'500'000});
    CHECK(reader.numbers("/orders/price") == std::vector<double>{1'500'000 * 1e-6, 3'000'000 * 1e-6, 4'500'000 * 1e-6});
    CHECK(reader.numbers("/orders/weight") == std::vector<double>{0, 0.5, 1});
    CHECK(reader.numbers("/orders/weight", 1, 2) == std::vector<double>{0.5, 1});
    CHECK(reader.texts("/network/sites/name") == std::vector<std::string>{"上海总仓", "rdc-north"});
    CHECK(reader.numbers("/network/sites/lon") == std::vector<double>{121.47, 116.4});
    CHECK(reader.text("/run/scenario") == "name: 双十一\n");
    CHECK(reader.numbers("/series/sites/on_hand") == std::vector<double>{0, 1, 100, 101, 200, 201});
    CHECK(reader.numbers("/series/sites/on_hand", 1, 1) == std::vector<double>{100, 101});
    CHECK(reader.integers("/alerts/level").empty());
}

TEST_CASE("negative numbers and the limits of all types survive") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    const TableId id = recorder.add_table(table("/rows",
                                                {column("i", ColumnType::i64),
                                                 column("f", ColumnType::f64),
                                                 column("u", ColumnType::u32),
                                                 column("b", ColumnType::u8)}));
    TraceWriter& writer = recorder.add_writer();
    recorder.open();
    writer.row(id, {-5}, {INT64_MIN, -1e308, std::int64_t{0}, std::int64_t{0}});
    writer.row(id, end_of_time, {INT64_MAX, 5e-324, std::int64_t{UINT32_MAX}, std::int64_t{255}});
    recorder.close();
    const TraceReader reader(folder.file("t.h5"));
    CHECK(reader.integers("/rows/time") == std::vector<std::int64_t>{-5, INT64_MAX});
    CHECK(reader.integers("/rows/i") == std::vector<std::int64_t>{INT64_MIN, INT64_MAX});
    CHECK(reader.numbers("/rows/f") == std::vector<double>{-1e308, 5e-324});
    CHECK(reader.integers("/rows/u") == std::vector<std::int64_t>{0, UINT32_MAX});
    CHECK(reader.integers("/rows/b") == std::vector<std::int64_t>{0, 255});
}

TEST_CASE("tables and columns are listed in file order with all that is known of them") {
    const TestFolder folder;
    write_sample_trace(folder.file("t.h5"));
    const TraceReader reader(folder.file("t.h5"));
    std::vector<std::string> paths;
    for (const TableInfo& info : reader.tables()) {
        paths.push_back(info.path);
    }
    CHECK(paths == std::vector<std::string>{"/run", "/network/sites", "/orders", "/series/sites", "/alerts"});
    const TableInfo& orders = *reader.find("/orders");
    CHECK(orders.description == "one row per event of an order");
    REQUIRE(orders.columns.size() == 5);
    CHECK(orders.columns[0].name == "time");
    CHECK(orders.columns[0].unit == "us");
    CHECK(orders.columns[1].type == "enum");
    CHECK(orders.columns[1].codes == std::vector<std::string>{"placed", "shipped", "退货"});
    CHECK(orders.columns[2].type == "uint32");
    CHECK(orders.columns[2].reference == "/network/sites");
    CHECK(orders.columns[3].scale == 1e-6);
    CHECK(orders.columns[3].unit == "CNY");
    CHECK(orders.columns[3].description == "price of all units");
    CHECK(orders.columns[3].stored_bytes > 0);
    CHECK(orders.columns[4].type == "float64");
    CHECK(reader.find("/alerts")->columns[1].shape == std::vector<std::uint64_t>{0});
    CHECK(reader.find("/series/sites")->columns[2].shape == std::vector<std::uint64_t>{3, 2});
    CHECK(reader.find("/run")->columns[0].shape.empty());
    CHECK(reader.find("/nowhere") == nullptr);
}

TEST_CASE("attributes of the root are read by name and in order") {
    const TestFolder folder;
    write_sample_trace(folder.file("t.h5"));
    const TraceReader reader(folder.file("t.h5"));
    CHECK(reader.text_attribute("Conventions") == "spate-trace-1");
    CHECK(reader.text_attribute("scenario_name") == "双十一");
    CHECK(reader.integer_attribute("seed") == 42);
    CHECK(reader.integer_attribute("events") == 6);
    CHECK_FALSE(reader.integer_attribute("scenario_name").has_value());
    CHECK_FALSE(reader.text_attribute("nothing").has_value());
    const auto all = reader.attributes();
    REQUIRE(all.size() == 12);
    CHECK(all[0] == std::pair<std::string, std::string>("Conventions", "spate-trace-1"));
    CHECK(all[2] == std::pair<std::string, std::string>("format_version", "1, 0"));
    CHECK(all[6] == std::pair<std::string, std::string>("complete", "1"));
    CHECK(all[11] == std::pair<std::string, std::string>("events", "6"));
}

TEST_CASE("questions a trace cannot answer are refused") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    write_sample_trace(path);
    const TraceReader reader(path);
    CHECK(message_of<FileError>([&] { reader.numbers("/orders/nothing"); })
          == path + " has no dataset /orders/nothing");
    CHECK(message_of<FileError>([&] { reader.numbers("/network/sites/name"); })
          == path + ": dataset /network/sites/name holds text, not numbers");
    CHECK(message_of<FileError>([&] { reader.integers("/orders/weight"); })
          == path + ": dataset /orders/weight does not hold integers");
    CHECK(message_of<FileError>([&] { reader.texts("/orders/weight"); })
          == path + ": dataset /orders/weight holds numbers, not text");
    CHECK(message_of<FileError>([&] { reader.text("/orders/state"); })
          == path + ": dataset /orders/state is not a single text");
    CHECK_THROWS_AS(reader.numbers("/orders/weight", 2, 2), std::logic_error);
    CHECK_THROWS_AS(reader.numbers("/orders/weight", 1, UINT64_MAX), std::logic_error);
}

TEST_CASE("what is not a trace is refused with the reason") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    CHECK(reading(path) == "cannot read trace " + path + " (No such file or directory)");
    CHECK(reading(folder.file("")) == "cannot read trace " + folder.file("") + " (not a file)");
    std::ofstream(path) << "";
    CHECK(reading(path) == path + " is not a trace (not an HDF5 file)");
    std::ofstream(path) << "time,site,on_hand\n";
    CHECK(reading(path) == path + " is not a trace (not an HDF5 file)");
    H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    CHECK(reading(path) == path + " is not a trace (it has no attribute Conventions)");
    const char* const other = "CF-1.8";
    change_trace(path, [&](hid_t file) {
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        H5Tset_cset(type, H5T_CSET_UTF8);
        set_attribute(file, "Conventions", type, &other);
        H5Tclose(type);
    });
    CHECK(reading(path) == path + " is not a trace (its Conventions are 'CF-1.8', not 'spate-trace-1')");
}

TEST_CASE("another major version is refused, another minor version is read") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    const std::array<std::int64_t, 2> major = {2, 0};
    change_trace(path, [&](hid_t file) { set_attribute(file, "format_version", H5T_NATIVE_INT64, major.data()); });
    CHECK(reading(path)
          == path + " has format version 2.0 (this program reads version 1). Read it with another release of spate?");
    const std::array<std::int64_t, 2> minor = {1, 7};
    change_trace(path, [&](hid_t file) { set_attribute(file, "format_version", H5T_NATIVE_INT64, minor.data()); });
    CHECK(reading(path).empty());
}

TEST_CASE("an incomplete or truncated file is refused") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    const std::uint8_t incomplete = 0;
    change_trace(path, [&](hid_t file) { set_attribute(file, "complete", H5T_NATIVE_UINT8, &incomplete); });
    CHECK(reading(path) == path + " is incomplete (the run that wrote it did not finish)");
    write_sample_trace(path);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    CHECK(reading(path).starts_with("cannot read trace " + path + " (truncated file"));
}

TEST_CASE("files that lead to other files are refused") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    std::ofstream(folder.file("secret")) << std::string(4096, 's');
    change_trace(path, [&](hid_t file) {
        const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_external(creation, folder.file("secret").c_str(), 0, 4096);
        add_dataset(file, 512, creation);
    });
    CHECK(reading(path) == "cannot read trace " + path + " (/odd is stored in another file)");
    change_trace(path, [&](hid_t file) { H5Lcreate_external("other.h5", "/", file, "odd", H5P_DEFAULT, H5P_DEFAULT); });
    CHECK(reading(path) == "cannot read trace " + path + " (/odd is a link to another place)");
    change_trace(path, [&](hid_t file) { H5Lcreate_soft("/orders", file, "odd", H5P_DEFAULT, H5P_DEFAULT); });
    CHECK(reading(path) == "cannot read trace " + path + " (/odd is a link to another place)");
    change_trace(path, [&](hid_t file) {
        const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        const hsize_t rows = 4;
        const hid_t space = H5Screate_simple(1, &rows, nullptr);
        H5Pset_virtual(creation, space, "other.h5", "/data", space);
        H5Sclose(space);
        add_dataset(file, rows, creation);
    });
    CHECK(reading(path) == "cannot read trace " + path + " (/odd is a virtual dataset)");
}

TEST_CASE("foreign filters, foreign types, endless groups and impossible sizes are refused") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    const hsize_t chunk = 8;
    change_trace(path, [&](hid_t file) {
        const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(creation, 1, &chunk);
        H5Pset_scaleoffset(creation, H5Z_SO_INT, 0);
        add_dataset(file, 10, creation);
    });
    CHECK(reading(path)
          == "cannot read trace " + path + " (/odd uses a filter other than shuffle, deflate and fletcher32)");
    change_trace(path, [&](hid_t file) {
        const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(creation, 1, &chunk);
        H5Pset_deflate(creation, 1);
        add_dataset(file, hsize_t{1} << 40, creation);
    });
    CHECK(reading(path) == "cannot read trace " + path + " (/odd claims more rows than it stores)");
    change_trace(path, [&](hid_t file) {
        const hid_t space = H5Screate(H5S_SCALAR);
        H5Dclose(H5Dcreate2(file, "odd", H5T_STD_REF_OBJ, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        H5Sclose(space);
    });
    CHECK(reading(path) == "cannot read trace " + path + " (/odd has an unknown type)");
    change_trace(path, [&](hid_t file) { H5Lcreate_hard(file, "/", file, "odd", H5P_DEFAULT, H5P_DEFAULT); });
    CHECK(reading(path).find("is nested too deeply") != std::string::npos);
}

TEST_CASE("other programs read the file: h5py") {
    const std::string python = python_with_h5py();
    if (python.empty()) {
        WARN("python3-h5py is not installed: not checked");
        return;
    }
    const TestFolder folder;
    write_sample_trace(folder.file("t.h5"));
    const std::filesystem::path script = SPATE_SOURCE_DIR "/tests/unit/sim/trace/read_with_h5py.py";
    CHECK(shell(python + " " + script.string() + " " + folder.file("t.h5") + " 2>&1") == "ok\n");
}
