"""Reads the sample trace of trace_test_files.hpp with h5py alone, the way a user would. Prints "ok"."""

import sys

import h5py
import numpy


def read_table(file, path):
    group = file[path]
    names = list(group.attrs["column_order"])
    return {name: group[name][:] for name in names}


def check_attributes(file):
    attributes = dict(file.attrs)
    assert attributes["Conventions"] == "spate-trace-1"
    assert attributes["filetype"] == "trace"
    assert list(attributes["format_version"]) == [1, 0]
    assert attributes["complete"] == 1 and attributes["complete"].dtype == numpy.uint8
    assert attributes["scenario_name"] == "双十一" and attributes["seed"] == 42
    assert dict(file["run"].attrs) == {"scenario_name": "双十一", "seed": 42, "events": 6}
    assert list(file["/"]) == ["run", "network", "orders", "series", "alerts"]
    assert list(file["orders"]) == ["time", "state", "site", "price", "weight"]


def check_rows(file):
    orders = read_table(file, "orders")
    assert {name: values.dtype.str for name, values in orders.items()} == {
        "time": "<i8", "state": "|u1", "site": "<u4", "price": "<i8", "weight": "<f8"}
    assert orders["time"].tolist() == [0, 10, 20]
    assert orders["weight"].tolist() == [0, 0.5, 1]
    state = file["orders/state"]
    names = {code: name for name, code in h5py.check_enum_dtype(state.dtype).items()}
    assert [names[code] for code in state[:]] == ["placed", "shipped", "退货"]
    price = file["orders/price"]
    assert price.attrs["units"] == "CNY" and price.attrs["long_name"] == "price of all units"
    assert (price[:] * price.attrs["scale_factor"]).tolist() == [1.5, 3.0, 4.5]
    assert file["orders/site"].attrs["reference"] == "/network/sites"
    assert orders["site"][2] == file["orders/site"].attrs["missing_value"] == 4294967295
    assert price.compression == "gzip" and price.compression_opts == 1 and price.shuffle


def check_texts(file):
    assert file["network/sites/name"].asstr()[:].tolist() == ["上海总仓", "rdc-north"]
    assert file["network/sites/name"].dtype.str == "|S12"
    assert file["run/scenario"].asstr()[()] == "name: 双十一\n"


def check_grid(file):
    grid = file[file.attrs["default"]]
    assert grid.name == "/series/sites" and grid.attrs["NX_class"] == "NXdata"
    assert list(grid.attrs["axes"]) == ["time", "sites"]
    on_hand = grid[grid.attrs["signal"]]
    assert on_hand.shape == (3, 2) == tuple(len(grid[axis]) for axis in grid.attrs["axes"])
    assert on_hand[:].tolist() == [[0, 1], [100, 101], [200, 201]]
    assert on_hand.attrs["description"] == "库存"
    assert grid["time"].attrs["units"] == "us" and grid["time"][:].tolist() == [0, 60_000_000, 120_000_000]
    assert file["alerts/level"].shape == (0,)


with h5py.File(sys.argv[1], "r") as trace:
    check_attributes(trace)
    check_rows(trace)
    check_texts(trace)
    check_grid(trace)
print("ok")
