"""The command line: help in plain words, exit codes 0, 1 and 2, errors as one sentence."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from recprep import launch
from recprep.cli import main
from recprep.core.problem import Problem
from recprep.storage import doctor, library


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="recprep")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    calls: list[dict] = []
    monkeypatch.setattr(launch, "lab", lambda **given: calls.append(given) or 0)
    return calls


def test_lab_passes_on_what_it_is_told(opened: list[dict]) -> None:
    assert run("lab", "--no-browser", "--port", "9000", "--", "--debug", "-y").exit_code == 0
    [given] = opened
    del given["say"]
    assert given == {"port": 9000, "browser": False, "extra": ("--debug", "-y")}


def test_lab_alone_opens_a_browser_on_a_free_port(opened: list[dict]) -> None:
    run("lab")
    assert (opened[0]["port"], opened[0]["browser"]) == (None, True)


@pytest.mark.parametrize("wrong", [["lab", "--port", "0"], ["lab", "--prot", "1"], ["labb"], ["check", "/no/such"]])
def test_wrong_usage_exits_with_two(opened: list[dict], wrong: list[str]) -> None:
    assert run(*wrong).exit_code == 2
    assert opened == []


def test_a_problem_is_its_sentence_on_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> int:
        message = "Port 9000 is in use."
        raise Problem(message)

    monkeypatch.setattr(launch, "lab", fail)
    result = run("lab")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Port 9000 is in use.\n")


def finding(**given: object) -> SimpleNamespace:
    return SimpleNamespace(**{"what": "Database", "where": Path("history.db"), "sound": True, "mend": None} | given)


def test_doctor_says_what_is_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda _: [finding()])
    result = run("doctor")
    assert (result.exit_code, result.stdout) == (0, "ok  Database: history.db\nAll is sound.\n")


def test_doctor_exits_with_one_and_says_how_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda _: [finding(), finding(sound=False, mend="Restore a backup.")])
    result = run("doctor")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "!!  Database: history.db",
        "    Restore a backup.",
        "1 thing to mend.",
    ]


def test_doctor_examines_the_persons_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "home"))
    assert run("doctor").exit_code == 0
    assert not (tmp_path / "home").exists()


def test_check_prints_every_mistake_and_their_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(library, "check", lambda path: [f"{path}/bank.yml:1: one", f"{path}/bank.yml:2: two"])
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert result.stdout == f"{tmp_path}/bank.yml:1: one\n{tmp_path}/bank.yml:2: two\n2 mistakes found.\n"


def test_check_of_a_sound_bank_exits_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "check", lambda _: [])
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "No mistakes found.\n")


@pytest.mark.parametrize("command", [[], ["lab"], ["doctor"], ["check"]])
def test_help_is_there(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Traceback" not in result.output


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, recprep.cli; print({'pandas', 'ipywidgets', 'jupyter_core', 'yaml'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
