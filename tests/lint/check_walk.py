"""Every function that docs/walk.md names is defined in the file named beside it.

A function is written `Class::name` or `name()`, followed by its file: (`folder/file.cpp`).
usage: check_walk.py ROOT
"""

import re
import sys
from pathlib import Path

from cpp_functions import functions

CODE = re.compile(r"`([^`\n]+)`(?:\s*\(`([^`]+\.[ch]pp)`)?")
PATH = re.compile(r"^[\w./-]+\.(?:cpp|hpp|yaml|csv|md)$")
FUNCTION = re.compile(r"^(?:\w+::)*~?\w+(?:\(\))?$")
FEWEST = 20  # a page that names fewer is not the walk


def defines(path, name):
    wanted = name.removesuffix("()").split("::")
    return any(f.name.split("::")[-len(wanted) :] == wanted for f in functions(path.read_text(encoding="utf-8")))


def check(root, text):
    """Problems of the page, and how many functions it names."""
    problems, named = [], 0
    for match in CODE.finditer(text):
        code, file = match.groups()
        where = f"docs/walk.md:{text.count(chr(10), 0, match.start()) + 1}"
        if PATH.match(code) and "/" in code and not (root / code).exists():
            problems.append(f"{where}: there is no file '{code}'")
        if not FUNCTION.match(code) or not (code.endswith("()") or "::" in code):
            continue
        named += 1
        if not file:
            problems.append(f"{where}: '{code}' without its file. write `{code}` (`folder/file.cpp`)?")
        elif not (root / file).exists():
            problems.append(f"{where}: there is no file '{file}'")
        elif not defines(root / file, code):
            problems.append(f"{where}: '{code}' is not defined in {file}")
    if named < FEWEST:
        problems.append(f"docs/walk.md: only {named} functions are named (at least {FEWEST})")
    return problems, named


def main():
    root = Path(sys.argv[1])
    problems, named = check(root, (root / "docs/walk.md").read_text(encoding="utf-8"))
    print(f"{named} functions named in docs/walk.md")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
