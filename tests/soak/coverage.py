"""Do the intervals of `spate compare` contain the true difference as often as they say? Two models with known answers.

usage: python3 coverage.py PROGRAM [REPETITIONS]

Each experiment has five replications of two arms. One call makes the replications of all experiments; they are independent of each
other, so every five in a row are one experiment. That the program computes the same interval from five is checked on the first.
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ORACLES = pathlib.Path(__file__).resolve().parents[1] / "oracle"
sys.path.insert(0, str(ORACLES))
from closed_forms import poisson  # noqa: E402

SIZE = 5
T_QUANTILE = 2.7764451  # Student's t, 4 degrees of freedom, 97.5 %
HOLDING, BACKORDER = 0.2, 1.0  # CNY a unit and hour

QUEUE = """\
spate: 1
name: mm1
time: {start: 2025-01-06T00:00:00+08:00, warm_up: 200 h, horizon: 4000 h}
markets: [{id: town, at: [110, 30]}]
products: [{id: item, price: 1 CNY}]
sites: [{id: shop, kind: store, at: town, stock: unlimited, wave: 1 min, stages: {serve: {servers: 1, time: {exponential: 1 h}}}}]
lanes: [{from: shop, to: markets, transit: 0 s}]
channels: [{id: desk, stock_view: live}]
demand: {orders: 0.5/h}
trace: {series: 4000 h, orders: 0}
"""
EXPERIMENT = """\
spate: 1
experiment: {name}
scenario: {scenario}
replications: 5
decide: {{by: {figure}, better: lower}}
arms: [{{id: a}}, {{id: b, set: {{{changes}}}}}]
"""


def base_stock_cost(level):
    """CNY an order: outstanding units are Poisson with mean 4 (Palm's theorem), 2 orders an hour."""
    on_hand = sum((level - n) * poisson(4, n) for n in range(level))
    return (HOLDING * on_hand + BACKORDER * (on_hand - level + 4)) / 2


def queue_stay(service):
    """Mean time in an M/M/1 queue with 0.5 arrivals an hour [h]. Goods leave in waves, once a minute: half a minute more."""
    return 1 / (1 / service - 0.5) + 0.5 / 60


CASES = {
    "base-stock": ("one-for-one.yaml", "cost_per_order_total",
                   '"policies.replenish[0].use.base_stock.units": 7, "sites[shop].stock.units": 7',
                   ["time.warm_up=100 h", "time.horizon=400 h", f"sites[shop].holding={HOLDING} CNY/unit/h",
                    f"sites[shop].backorder_cost={BACKORDER} CNY/unit/h"],
                   base_stock_cost(7) - base_stock_cost(6)),
    "queue": ("mm1.yaml", "delivery_time_mean", '"sites[shop].stages.serve.time": {exponential: 54 min}', [],
              queue_stay(0.9) - queue_stay(1)),
}


def compare(program, folder, name, settings, replications):
    command = [program, "compare", f"{name}.yaml", "-o", f"{name}.h5", "--force", "--quiet", "--json", "--replications", str(replications)]
    for setting in settings:
        command += ["--set", setting]
    return json.loads(subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout)


def check(program, folder, name, repetitions):
    scenario, figure, changes, settings, truth = CASES[name]
    (folder / f"{name}.yaml").write_text(EXPERIMENT.format(name=name, scenario=scenario, figure=figure, changes=changes))
    first = compare(program, folder, name, settings, SIZE)["arms"][1]["figures"][figure]["difference"]
    compare(program, folder, name, settings, SIZE * repetitions)
    with h5py.File(folder / f"{name}.h5") as file:
        values = file["results/runs"][figure][:].reshape(2, repetitions, SIZE)
    differences = values[1] - values[0]
    means = differences.mean(axis=1)
    halves = T_QUANTILE * differences.std(axis=1, ddof=1) / math.sqrt(SIZE)
    assert math.isclose(first["mean"], means[0], rel_tol=1e-9), (first, means[0])
    assert math.isclose(first["high"] - first["mean"], halves[0], rel_tol=1e-6), (first, halves[0])
    covered = np.mean(np.abs(means - truth) <= halves)
    margin = max(0.015, 3.3 * math.sqrt(0.95 * 0.05 / repetitions))
    holds = abs(covered - 0.95) <= margin
    print(f"{name}: the true difference is {truth:.6f}, the mean of all {means.mean():.6f}; "
          f"{100 * covered:.2f} % of {repetitions} intervals contain it {'(ok)' if holds else '(WRONG)'}", flush=True)
    return holds


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "one-for-one.yaml").write_text((ORACLES / "one-for-one.yaml").read_text())
        (folder / "mm1.yaml").write_text(QUEUE)
        return 0 if all([check(program, folder, case, repetitions) for case in CASES]) else 1


if __name__ == "__main__":
    sys.exit(main())
