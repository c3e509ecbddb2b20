"""The workbook on a machine without any network."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tortures.common import require

ROOT = Path(__file__).parents[2]
CUT_OFF = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
LOOK = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
TESTS = (
    "tests/test_notebooks.py",  # every page, from first cell to last
    "tests/browser/test_elsewhere.py",  # JupyterLab as it comes, Notebook 7 and Voila
    "tests/browser/test_whole_path.py",
    "tests/browser/test_calibrate.py",
    "tests/browser/test_browse.py",
    "tests/browser/test_your_records.py",
    "tests/browser/test_report.py",
)


def offline(folder: Path, times: float, dice: random.Random) -> str:
    """Run notebooks, and a person in front of each page, in a network namespace that has nothing but itself."""
    possible = shutil.which("unshare") and shutil.which("ip") and not _run("-c", "").returncode
    if not possible:
        return "NOT RUN: this machine gives no namespace without a network (Linux, as root, with iproute2)"
    require("Network is unreachable" in _run("-c", LOOK).stderr, "there is a network")
    tests = TESTS[: max(1, round(len(TESTS) * times))]
    done = _run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-skips", *tests)
    passed = re.search(r"(\d+) passed", done.stdout)
    require(not done.returncode and passed is not None, done.stdout[-3_000:])
    return f"without any network, {passed[1]} tests of {len(tests)} files passed: {', '.join(tests)}"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*CUT_OFF, sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
