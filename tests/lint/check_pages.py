"""Pages, scenarios and texts are true and whole.

1. docs/scenario-format.md is what `spate defaults --format-page` prints.
2. What `spate defaults` prints, and every scenario and experiment of scenarios/, loads with `spate check`.
3. Every relative link of a page leads to a file, and to a heading of it where it names one.
4. No text contains a word that must not stay: reminders, merge marks, places on somebody's disk.

usage: check_pages.py ROOT [SPATE]     without SPATE: only 3 and 4
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

from sources import all_files

TEXTS = {".cpp", ".hpp", ".md", ".yaml", ".py", ".cmake", ".txt", ".json", ".mjs", ".csv", ""}
FORBIDDEN = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b"), "a reminder; do it, or record a decision"),
    (re.compile(r"^(<{7}|>{7}|={7})( |$)", re.M), "a merge mark"),
    (re.compile(r"(?<![\w.])/(work|home|Users)/"), "a place on somebody's disk"),
    (re.compile(r"\b(blazing|seamless|cutting-edge|world-class|state-of-the-art|lorem ipsum)", re.I), "advertising"),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.S | re.M)


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", FENCE.sub(lambda m: "\n" * m.group().count("\n"), text))


def anchors(text):
    """The anchors of the headings of a page, made as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", FENCE.sub("", text), re.M):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(words.replace(" ", "-"))
    return found


def check_links(root, path):
    problems = []
    text = path.read_text(encoding="utf-8")
    for match in LINK.finditer(without_code(text)):
        target = unquote(match.group(1))
        if re.match(r"^[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        page = (path.parent / file).resolve() if file else path
        where = path.relative_to(root)
        if not page.exists():
            problems.append(f"{where}: the link '{target}' leads nowhere")
        elif anchor and page.suffix == ".md" and anchor not in anchors(page.read_text(encoding="utf-8")):
            problems.append(f"{where}: '{file or where}' has no heading '{anchor}'")
    return problems


def check_words(root, path):
    problems = []
    text = path.read_bytes().decode("utf-8", errors="replace")
    for pattern, why in FORBIDDEN:
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            problems.append(f"{path.relative_to(root)}:{line}: '{match.group()}' is {why}")
    return problems


def output(command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def check_format_page(root, spate):
    page = root / "docs/scenario-format.md"
    made = output([spate, "defaults", "--format-page"])
    if made.returncode == 0 and page.exists() and page.read_text(encoding="utf-8") == made.stdout:
        return []
    return ["docs/scenario-format.md differs from the field table. spate defaults --format-page > docs/scenario-format.md?"]


def check_scenario(spate, path):
    result = output([spate, "check", str(path)])
    return [] if result.returncode == 0 else [f"{path} does not load:\n{result.stderr.rstrip()}"]


def check_scenarios(root, spate):
    problems = []
    shipped = sorted((root / "scenarios").rglob("*.yaml"))
    for path in shipped:
        problems += check_scenario(spate, path)
    with tempfile.TemporaryDirectory() as folder:
        defaults = Path(folder) / "defaults.yaml"
        defaults.write_text(output([spate, "defaults"]).stdout, encoding="utf-8")
        problems += check_scenario(spate, defaults)
    print(f"{len(shipped)} scenarios")
    return problems


def main():
    root = Path(sys.argv[1]).resolve()
    problems = []
    files = [path for path in all_files(root) if path.suffix in TEXTS]
    pages = [path for path in files if path.suffix == ".md"]
    for path in files:
        if path != Path(__file__).resolve():  # names them all
            problems += check_words(root, path)
    for path in pages:
        problems += check_links(root, path)
    print(f"{len(files)} texts, {len(pages)} pages")
    if len(sys.argv) > 2:
        problems += check_format_page(root, sys.argv[2])
        problems += check_scenarios(root, sys.argv[2])
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
