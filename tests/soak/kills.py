"""Kills `spate compare` at random moments, over and over, and compares its files with those of a comparison that nobody disturbed.

usage: python3 kills.py PROGRAM [KILLS [SEED]]

The experiment is scenarios/experiments/net-design.yaml, cut down to some days and replications, with a warm-up that has to be found. Whenever
it gets to its end before the next kill, its files are compared, and it begins anew.
"""
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPERIMENT = ROOT / "scenarios" / "experiments" / "net-design.yaml"
SETTINGS = ["time.warm_up=1 d", "time.horizon=20 d", "sessions=[]", "trace.series=1 h", "demand.orders=4k/day", "demand.arrivals=poisson"]
REPLICATIONS = 5


class Experiment:
    def __init__(self, program, folder):
        self.folder = folder
        # The file with its warm-up to be found; it names its base and its tables relative to itself.
        text = EXPERIMENT.read_text(encoding="utf-8").replace("../", f"{ROOT}/scenarios/")
        (folder / "net.yaml").write_text(text.replace("\nreplications:", "\nwarm_up: mser-5\nreplications:"), encoding="utf-8")
        self.command = [program, "compare", "net.yaml", "--force", "--quiet", "--replications", str(REPLICATIONS)]
        for setting in SETTINGS:
            self.command += ["--set", setting]

    def start(self, stem, *words):
        return subprocess.Popen([*self.command, "-o", f"{stem}.h5", *words], cwd=self.folder)

    def files(self, stem):
        return [(self.folder / f"{stem}{end}").read_bytes() for end in (".h5", ".csv")]

    def runs(self, stem):
        return len(list((self.folder / f"{stem}.h5.runs").rglob("*-*.json")))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    dice = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    with tempfile.TemporaryDirectory() as name:
        experiment = Experiment(program, pathlib.Path(name))
        begin = time.monotonic()
        assert experiment.start("whole").wait() == 0
        whole = time.monotonic() - begin
        expected, runs = experiment.files("whole"), experiment.runs("whole")
        print(f"undisturbed: {runs} runs in {whole:.1f} s", flush=True)
        killed = finished = wrong = 0
        words = []
        while killed < kills or finished == 0:
            process = experiment.start("cut", *words)
            words = []
            try:
                code = process.wait(timeout=whole * dice.uniform(0, 0.4) if killed < kills else None)
                assert code == 0, code
                finished += 1
                is_same = experiment.files("cut") == expected
                wrong += not is_same
                print(f"finished after {killed} kills: the files are {'the same' if is_same else 'DIFFERENT'}", flush=True)
                words = ["--fresh"]
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
                print(f"kill {killed}: {experiment.runs('cut')} of {runs} runs are there", flush=True)
    print(f"{killed} kills, {finished} comparisons finished, {wrong} of them with other files {'(WRONG)' if wrong else '(ok)'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
