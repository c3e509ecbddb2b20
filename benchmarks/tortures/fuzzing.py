"""A coverage-guided fuzzer on every reader: it keeps what reaches new code, and goes on from there.

python benchmarks/tortures/fuzzing.py READER CORPUS [libFuzzer's options]
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import subprocess
import sys
from pathlib import Path

SECONDS = 25  # for each reader
LONGEST = 32_768  # bytes of a file
PROGRESS = re.compile(r"^#(\d+)\s+(INITED|DONE)\s+cov: (\d+)", re.MULTILINE)


def fuzzing(folder: Path, times: float, dice: random.Random) -> str:
    """Let atheris (libFuzzer) look for files that break a reader."""
    from tortures.common import require
    from tortures.reading import readers

    if importlib.util.find_spec("atheris") is None:
        return "NOT RUN: atheris, the fuzzer, is not here (pip install '.[fuzz]', on Linux)"
    runs, begun, reached, found = 0, 0, 0, readers()
    for name, seeds in found.items():
        corpus = folder / name
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / f"seed-{number}").write_bytes(seed[:LONGEST])
        said = _fuzz(name, corpus, max(1, round(SECONDS * times)), dice.randrange(1, 2**31))
        done = {word: (int(number), int(cov)) for number, word, cov in PROGRESS.findall(said)}
        require("DONE" in done, f"{name} broke: {said[-2_000:]}")
        runs, begun, reached = runs + done["DONE"][0], begun + done["INITED"][1], reached + done["DONE"][1]
    told = f"from {begun:,} to {reached:,} places in the code reached, and none broke"
    return f"{runs:,} files for {len(found)} readers, led by coverage: {told}"


def _fuzz(name: str, corpus: Path, seconds: int, seed: int) -> str:
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-max_len={LONGEST}",
        "-timeout=20",
        "-rss_limit_mb=4096",
    ]
    command = [sys.executable, __file__, name, str(corpus), *options, f"-artifact_prefix={corpus}/"]
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, errors="replace", check=False
    )
    return done.stdout + done.stderr


def main() -> None:
    """Fuzz one reader; libFuzzer ends the process."""
    import atheris

    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["recprep.formats"]):
        from tortures.reading import read

    atheris.Setup([sys.argv[0], *options], lambda content: read(name, content))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
