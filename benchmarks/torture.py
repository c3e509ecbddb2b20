"""Is anything lost? Kill, crowd, damage and feed the workbook, many thousand times, and look at what is there then.

    python benchmarks/torture.py [--seed 1] [--times 1.0] [--only NAME ...]

Each part prints what it did, how often, and what it found; a fault ends it with exit code 1. `--times 0.02` does a
fiftieth of everything, as the tests do. All of it happens in a temporary folder; no personal data are touched.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tortures.common import FaultError
from tortures.crowding import crowding
from tortures.damaging import damaging
from tortures.fuzzing import fuzzing
from tortures.injecting import injecting
from tortures.killing import killing_backups, killing_merges, killing_migrations, killing_saves
from tortures.offline import offline
from tortures.reading import reading
from tortures.surroundings import filling_disks, odd_clocks, odd_homes, without_rights

PARTS = {
    part.__name__: part
    for part in (
        killing_saves,
        killing_migrations,
        killing_backups,
        killing_merges,
        crowding,
        damaging,
        filling_disks,
        without_rights,
        odd_homes,
        odd_clocks,
        reading,
        fuzzing,
        injecting,
        offline,
    )
}


def main() -> None:
    """Do it all, and print what was found."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--times", type=float, default=1.0, help="how much of it, 1 being everything")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    told = asked.parse_args()
    print(f"seed {told.seed}, {told.times:g} times the usual\n")
    for name in told.only:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = PARTS[name](Path(folder), told.times, random.Random(f"{name} {told.seed}"))
            except FaultError as fault:
                print(f"{name.replace('_', ' ')}: FAULT: {fault}")
                sys.exit(1)
        took = timedelta(seconds=round(time.perf_counter() - began))
        print(f"{name.replace('_', ' ')}: {found} ({took})", flush=True)


if __name__ == "__main__":
    main()
