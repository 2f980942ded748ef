"""Do the intervals of `spate compare` contain the true difference as often as they say? Models with known answers, and equal arms.

usage: python3 coverage.py PROGRAM [REPETITIONS [EXPERIMENTS WITH EQUAL ARMS]]

Each experiment has ten replications of two arms. One call makes the replications of all experiments of a case; they are independent of each
other, so every ten in a row are one experiment. That the program computes the same interval from ten is checked on the first.
Equal arms are experiments of their own, each with its seed and each judged by the program.
"""
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ORACLES = pathlib.Path(__file__).resolve().parents[1] / "oracle"
sys.path.insert(0, str(ORACLES))
from closed_forms import poisson  # noqa: E402

SIZE = 10
T_QUANTILE = 2.2621572  # Student's t, 9 degrees of freedom, 97.5 %
HOLDING, BACKORDER = 0.2, 1.0  # CNY a unit and hour

# Stays in a short run are skew and the last ones are cut off: 4,000 h cover 94.2 %, 10,000 h 94.6 %.
QUEUE = """\
spate: 1
name: mm1
time: {start: 2025-01-06T00:00:00+08:00, warm_up: 200 h, horizon: 10000 h}
markets: [{id: town, at: [110, 30]}]
products: [{id: item, price: 1 CNY}]
sites: [{id: shop, kind: store, at: town, stock: unlimited, wave: 1 min, stages: {serve: {servers: 1, time: {exponential: 1 h}}}}]
lanes: [{from: shop, to: markets, transit: 0 s}]
channels: [{id: desk, stock_view: live}]
demand: {orders: 0.5/h}
trace: {series: 10000 h, orders: 0}
"""
# Newsvendor: the goods come at the hour, the one order of the hour a second later; what it leaves lies there until the next hour.
NEWSVENDOR = (ORACLES / "newsvendor.yaml").read_text().replace("offset: 30 min", "offset: 1 s")
EXPERIMENT = """\
spate: 1
experiment: {name}
scenario: {scenario}
replications: {size}
common_random_numbers: {common}
decide: {{by: {figure}, better: lower}}
arms: [{{id: a}}, {{id: b{changes}}}]
"""


def base_stock_cost(level):
    """CNY an order: outstanding units are Poisson with mean 4 (Palm's theorem), 2 orders an hour.

    The figure is costs by orders of a run. The mean of such ratios is 1 % off the ratio of means with the 800 orders of a run here.
    """
    on_hand = sum((level - n) * poisson(4, n) for n in range(level))
    return (HOLDING * on_hand + BACKORDER * (on_hand - level + 4)) / 2


def queue_stay(service):
    """Mean time in an M/M/1 queue with 0.5 arrivals an hour [h]. Goods leave in waves, once a minute: half a minute more."""
    return 1 / (1 / service - 0.5) + 0.5 / 60


def newsvendor_cost(level, mean=50, sd=8, holding=0.18, shortage=0.7):
    """CNY an order of normal demand D. It is served whole: with D > level all of it waits for the next hour and the stock stays."""
    z = (level - mean) / sd
    density, below = math.exp(-z * z / 2) / math.sqrt(2 * math.pi), math.erfc(-z / math.sqrt(2)) / 2
    left = (level - mean) * below + sd * density  # E (level - D) where D <= level
    waiting = mean * (1 - below) + sd * density  # E D where D > level
    late = 3599 / 3600  # of the hour is after the order
    return late * (holding * (left + level * (1 - below)) + shortage * waiting) + (1 - late) * holding * level


LEVEL = "policies.replenish[0].use.base_stock.units"
# Scenario, figure, what the second arm sets, settings of both, the true difference.
CASES = {
    "base-stock": ("one-for-one.yaml", "cost_per_order_total", f'"{LEVEL}": 7, "sites[shop].stock.units": 7',
                   ["time.warm_up=100 h", "time.horizon=400 h", f"sites[shop].holding={HOLDING} CNY/unit/h",
                    f"sites[shop].backorder_cost={BACKORDER} CNY/unit/h"],
                   base_stock_cost(7) - base_stock_cost(6)),
    "newsvendor": ("one-period.yaml", "cost_per_order_total", f'"{LEVEL}": 60000, "sites[shop].stock.units": 60000',
                   ["time.horizon=400 h", "sites[shop].holding=0.00018 CNY/unit/h", "sites[shop].backorder_cost=0.0007 CNY/unit/h",
                    "trace.series=400 h"],
                   newsvendor_cost(60) - newsvendor_cost(56.604)),
    "queue": ("mm1.yaml", "delivery_time_mean", '"sites[shop].stages.serve.time": {exponential: 54 min}', [],
              queue_stay(0.9) - queue_stay(1)),
}


def compare(program, folder, name, settings, *words):
    command = [program, "compare", f"{name}.yaml", "-o", f"{name}.h5", "--force", "--quiet", "--json", *map(str, words)]
    for setting in settings:
        command += ["--set", setting]
    return json.loads(subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout)


def write(folder, name, changes="", common="true", case="base-stock"):
    scenario, figure = CASES[case][:2]
    (folder / f"{name}.yaml").write_text(EXPERIMENT.format(name=name, scenario=scenario, figure=figure, changes=changes, common=common, size=SIZE))


def check(program, folder, name, repetitions):
    _, figure, changes, settings, truth = CASES[name]
    write(folder, name, f", set: {{{changes}}}", case=name)
    first = compare(program, folder, name, settings)["arms"][1]["figures"][figure]["difference"]
    compare(program, folder, name, settings, "--replications", SIZE * repetitions)
    with h5py.File(folder / f"{name}.h5") as file:
        values = file["results/runs"][figure][:].reshape(2, repetitions, SIZE)
    differences = values[1] - values[0]
    means = differences.mean(axis=1)
    halves = T_QUANTILE * differences.std(axis=1, ddof=1) / math.sqrt(SIZE)
    assert math.isclose(first["mean"], means[0], rel_tol=1e-9), (first, means[0])
    assert math.isclose(first["high"] - first["mean"], halves[0], rel_tol=1e-6), (first, halves[0])
    covered = np.mean(np.abs(means - truth) <= halves)
    above, below = np.mean(means - halves > truth), np.mean(means + halves < truth)
    error = means.std(ddof=1) / math.sqrt(repetitions)
    scores = (differences - differences.mean()) / differences.std()
    margin = max(0.015, 3.3 * math.sqrt(0.95 * 0.05 / repetitions))
    holds = abs(covered - 0.95) <= margin
    print(f"{name}: the true difference is {truth:.6f}, the mean of all {means.mean():.6f} ± {1.96 * error:.6f}; skewness of a run "
          f"{np.mean(scores ** 3):.2f}; {100 * covered:.2f} % of {repetitions} intervals contain it, {100 * above:.2f} % lie above, "
          f"{100 * below:.2f} % below {'(ok)' if holds else '(WRONG)'}", flush=True)
    return holds


def check_equal_arms(program, folder, experiments, common):
    """Equal arms: with numbers of their own a difference is shown by chance only, with common ones there is none at all."""
    settings = CASES["base-stock"][3]

    def judge(number):
        name = f"equal-{common}-{number}"
        write(folder, name, common="true" if common else "false")
        arm = compare(program, folder, name, settings + [f"seed={number + 1}"], "--workers", 1)["arms"][1]
        return arm["outcome"], arm["verdict"], arm["figures"]["cost_per_order_total"]["difference"]

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        verdicts = list(pool.map(judge, range(experiments)))
    silent = sum(outcome == "no_difference_shown" for outcome, _, _ in verdicts)
    if common:
        exact = sum(difference["low"] == difference["mean"] == difference["high"] == 0 for _, _, difference in verdicts)
        told = sum("the arms are identical in every replication" in text for _, text, _ in verdicts)
        holds = silent == exact == told == experiments
        print(f"equal arms, common numbers: the difference is exactly 0 in {exact} of {experiments} experiments, and {told} say so "
              f"{'(ok)' if holds else '(WRONG)'}", flush=True)
    else:
        holds = silent >= 0.94 * experiments - 3.3 * math.sqrt(0.05 * 0.95 * experiments) * (experiments < 500)
        print(f"equal arms, own numbers: no difference shown in {100 * silent / experiments:.2f} % of {experiments} experiments "
              f"{'(ok)' if holds else '(WRONG)'}", flush=True)
    return holds


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    equal = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "one-for-one.yaml").write_text((ORACLES / "one-for-one.yaml").read_text())
        (folder / "one-period.yaml").write_text(NEWSVENDOR)
        (folder / "mm1.yaml").write_text(QUEUE)
        results = [check_equal_arms(program, folder, equal, common) for common in (False, True)]
        results += [check(program, folder, case, repetitions) for case in CASES]
        return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
