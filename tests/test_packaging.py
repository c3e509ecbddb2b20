"""What is installed, by pip, conda or from the wheel, is the same and works."""

import importlib.util
import re
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest
import yaml
from lab_process import LabProcess
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = (ROOT / "environment.yml").read_text()


def bounds(requirements: list[str]) -> dict[str, set[str]]:
    parsed = [Requirement(requirement) for requirement in requirements]
    return {canonicalize_name(one.name): {str(bound) for bound in one.specifier} for one in parsed}


@pytest.fixture(scope="module")
def conda() -> dict:
    return yaml.safe_load(ENVIRONMENT)


def test_conda_installs_what_pip_installs(conda: dict) -> None:
    *plain, through_pip = conda["dependencies"]
    listed = bounds([*plain, *through_pip["pip"][:-1]])
    listed.pop("pip")
    extras = PROJECT["optional-dependencies"]
    others = (one for one in extras["dev"] if one != f"{PROJECT['name']}[formats]")
    wanted = bounds([*PROJECT["dependencies"], *extras["formats"], *others])
    assert listed == wanted | {"python": {PROJECT["requires-python"]}}


def test_conda_installs_the_workbook_itself_last(conda: dict) -> None:
    assert conda["name"] == PROJECT["name"]
    assert conda["dependencies"][-1]["pip"][-1] == "-e ."


def test_every_line_of_the_conda_list_gives_its_reason() -> None:
    lines = [line for line in ENVIRONMENT.splitlines() if line.lstrip().startswith("- ") and "pip:" not in line]
    assert [line for line in lines if not re.search(r" # \w", line) and " # ..." not in line] == []


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, and install nothing but it into a folder of its own."""
    wheels, site = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    alone = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    run("build", "--wheel", *alone, "--outdir", str(wheels), str(ROOT))
    [wheel] = wheels.glob("*.whl")
    run("pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    return site


def run(*module: str) -> None:
    told = subprocess.run([sys.executable, "-m", *module], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_wheel_carries_banks_and_notebooks(installed: Path) -> None:
    for folder in ("data", "notebooks"):
        shipped = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        shipped = {path for path in shipped if not any(part.startswith(".") for part in path.parts)}
        carried = {path.relative_to(installed / "recprep") for path in (installed / "recprep" / folder).rglob("*")}
        assert shipped <= carried


def test_the_wheel_says_its_version(installed: Path) -> None:
    command = [sys.executable, installed / "bin" / "recprep", "--version"]
    environment = {"PYTHONPATH": str(installed)}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert told.stdout == f"recprep {PROJECT['version']}\n"


def test_the_workbook_opens_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    command = [sys.executable, str(installed / "bin" / "recprep"), "lab", "--no-browser"]
    with LabProcess(command, tmp_path / "empty" / "home", PYTHONPATH=str(installed)) as lab:
        lab.wait_for("To stop")
        with urllib.request.urlopen(lab.address()) as answer:
            assert b"JupyterLab" in answer.read()
        assert "not ready" not in lab.said
        assert lab.end() == 0
