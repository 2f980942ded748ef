"""No source is too long, no function is long, and nine functions in ten are short. Prints the longest ten.

usage: check_sizes.py ROOT
"""

import sys
from pathlib import Path

from cpp_functions import functions
from sources import LAYERS, sources

MOST_SOURCE_LINES = 500
MOST_FUNCTION_LINES = 60
SHORT_FUNCTION_LINES = 25
SHARE_OF_SHORT = 0.9


def check_layer(root, layer, measured):
    """Problems of one top-level folder; appends (lines, place) of its functions to `measured`."""
    problems, short, number = [], 0, 0
    for path in sources(root, [layer]):
        place = path.relative_to(root)
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MOST_SOURCE_LINES:
            problems.append(f"{place}: {lines} lines (at most {MOST_SOURCE_LINES}). split it?")
        for function in functions(text):
            measured.append((function.lines, f"{place}:{function.first}: {function.name}"))
            number += 1
            short += function.lines <= SHORT_FUNCTION_LINES
            if function.lines > MOST_FUNCTION_LINES:
                problems.append(f"{place}:{function.first}: {function.name} has {function.lines} lines (at most {MOST_FUNCTION_LINES})")
    share = short / number if number else 1
    print(f"{layer}: {number} functions, {100 * share:.1f} % with at most {SHORT_FUNCTION_LINES} lines")
    if share < SHARE_OF_SHORT:
        problems.append(f"{layer}: only {100 * share:.1f} % of the functions have at most {SHORT_FUNCTION_LINES} lines")
    return problems


def main():
    root = Path(sys.argv[1])
    measured, problems = [], []
    for layer in LAYERS:
        problems += check_layer(root, layer, measured)
    if not measured:
        problems.append(f"no functions found under '{root}'")
    print("longest functions:")
    for lines, place in sorted(measured, reverse=True)[:10]:
        print(f"  {lines:4} {place}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
