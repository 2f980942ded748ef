"""Which files the lint tests look at."""

from pathlib import Path

LAYERS = ["sim", "models", "scenarios", "analysis", "viz", "cli", "tests"]
NOT_OURS = {".git", "build", "out", "node_modules", "__pycache__", ".cache"}


def sources(root, layers=LAYERS):
    """All C++ sources, sorted."""
    return sorted(p for layer in layers for p in (Path(root) / layer).rglob("*.[ch]pp"))


def all_files(root):
    """All files of the repository that people wrote, sorted."""
    found = []
    for path in sorted(Path(root).rglob("*")):
        if path.is_file() and not NOT_OURS & set(path.relative_to(root).parts[:-1]):
            found.append(path)
    return found
