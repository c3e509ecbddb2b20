"""How a folder of thousands of role pages is imported, beside only reading it, and how soon a role is found.

    python benchmarks/importing.py [--roles 4460] [--repeats 15] [--seed 1]

The pages are made from a seed, in the shape of a real collection. All steps are measured in one run, in turn, each as
often as the others. Three peers only read the files: their bytes with `os.walk` and `open`, the least that Python can
do, their bytes with `pathlib`, and their text with `pathlib`, as most programs would. Files are in the system's cache,
which is hardest on us: reading costs least then. The peak of memory is that of a process of its own, beside one that
loads the same modules and imports no page.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import role_pages

from recprep.exchange import import_from
from recprep.storage import library

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TYPED = ("nurse", "radiografer", "maitre dhotel", "c# dev", "senior", "night health", "forklft drivr", "a", "icu")
MEMORY = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from recprep.exchange import import_from
if len(sys.argv) > 2:
    import_from(Path(sys.argv[1]), catalogue=Path(sys.argv[2]), now=datetime(2026, 11, 23, tzinfo=UTC))
status = Path("/proc/self/status").read_text().split()
print(status[status.index("VmHWM:") + 1])
"""


def walk_and_open(folder: Path) -> None:
    """Read every file of a folder, with as little as Python can."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:  # noqa: PTH118, PTH123 - it is what is compared with
                file.read()


def walk_with_pathlib(folder: Path) -> None:
    """Read the bytes of every page of a folder."""
    for path in sorted(folder.rglob("*.md")):
        path.read_bytes()


def read_as_text(folder: Path) -> None:
    """Read every page of a folder as text, as most programs would; what is no UTF-8 is replaced."""
    for path in sorted(folder.rglob("*.md")):
        path.read_text(encoding="utf-8", errors="replace")


def measure(steps: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Give the seconds that each step took, all steps in turn."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(repeats):
        for name, step in steps.items():
            gc.collect()
            begun = perf_counter()
            step()
            taken[name].append(perf_counter() - begun)
    return taken


def steps_of(folder: Path, home: Path) -> dict[str, Callable[[], object]]:
    """Give what is measured, in the order in which it has to be done."""
    catalogue = home / "catalogue.db"
    typed = cycle(TYPED)

    def first() -> None:
        catalogue.unlink(missing_ok=True)
        import_from(folder, catalogue=catalogue, now=NOW)

    def list_roles() -> None:
        library._imported.cache_clear()
        library._index.cache_clear()
        library.search_roles(TYPED[0], most=20)

    def search() -> None:
        library.search_roles(next(typed), most=20)

    def load() -> None:
        library.load_bank(roles[next(numbers) % len(roles)])

    numbers = iter(range(10**9))
    first()
    roles = [one.id for one in library.every_role() if one.imported]
    return {
        "read: os.walk and open": lambda: walk_and_open(folder),
        "read: pathlib": lambda: walk_with_pathlib(folder),
        "read: pathlib, as text": lambda: read_as_text(folder),
        "first import": first,
        "second import, nothing changed": lambda: import_from(folder, catalogue=catalogue, now=NOW),
        "roles read, made ready, first search": list_roles,
        "one search": search,
        "one imported role loaded": load,
    }


def peak(*arguments: Path) -> float:
    """Give the most memory that a process of its own took, in MB."""
    command = [sys.executable, "-c", MEMORY, *map(str, arguments)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


def print_table(taken: dict[str, list[float]]) -> None:
    """Print median and minimum of each step, and what they are of the same of each peer."""
    peers = [name for name in taken if name.startswith("read")]
    print(f"{'':40}{'median':>12}{'minimum':>12}" + "".join(f"{f'x {name[6:]}':>24}" for name in peers))
    for name, seconds in taken.items():
        ratios = (f"{_ratio(seconds, taken[peer], of)}" for peer in peers for of in (median, min))
        pairs = [f"{a} ({b})" for a, b in zip(*[ratios] * 2, strict=True)]
        shown = "".join(f"{pair:>24}" for pair in pairs) if "import" in name and "role" not in name else ""
        print(f"{name:40}{_ms(median(seconds)):>12}{_ms(min(seconds)):>12}{shown}")


def _ratio(seconds: list[float], peer: list[float], of: Callable[[list[float]], float]) -> str:
    return f"{of(seconds) / of(peer):.2f}"


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.1f} ms"


def run(roles: int, repeats: int, seed: int) -> None:
    """Make the pages, measure, and print."""
    with tempfile.TemporaryDirectory() as working:
        folder, home = Path(working) / "pages", Path(working) / "home"
        pages = role_pages.write(folder, seed=seed, roles=roles)
        os.environ["RECPREP_HOME"] = str(home)
        size = sum(len(page.text.encode()) for page in pages) / 1e6
        print(f"{len(pages):,} pages, {size:.1f} MB, {repeats} repeats; ratios are of medians (of minima)\n")
        print_table(measure(steps_of(folder, home), repeats))
        if Path("/proc/self/status").exists():  # Linux alone tells it for a new process
            bare, full = peak(folder), peak(folder, Path(working) / "other.db")
            print(f"\nPeak of memory: {full:.0f} MB, {full - bare:.0f} MB above a process that imports no page")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roles", type=int, default=role_pages.ROLES)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    run(arguments.roles, arguments.repeats, arguments.seed)


if __name__ == "__main__":
    main()
