"""Every source is formatted as .clang-format says, with version 14 of clang-format (`./dev format` does it).

usage: check_format.py ROOT
"""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from sources import sources

PROGRAM = "clang-format-14"
FILES_AT_ONCE = 20


def faults(files):
    """What clang-format says about these files, and whether it accepts them."""
    command = [PROGRAM, "--dry-run", "-Werror", "--ferror-limit=1", *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in result.stderr.splitlines() if " error: " in line], result.returncode == 0


def main():
    if shutil.which(PROGRAM) is None:
        print(f"{PROGRAM} is not installed")
        return 1
    files = sources(sys.argv[1])
    batches = [files[i : i + FILES_AT_ONCE] for i in range(0, len(files), FILES_AT_ONCE)]
    with ThreadPoolExecutor(cpu_count()) as pool:
        results = list(pool.map(faults, batches))
    for lines, _ in results:
        for line in lines:
            print(line)
    print(f"{len(files)} sources")
    return 0 if files and all(is_accepted for _, is_accepted in results) else 1


if __name__ == "__main__":
    sys.exit(main())
