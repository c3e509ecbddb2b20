"""The command line: help in plain words, exit codes 0, 1 and 2, errors as one sentence."""

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from recprep import launch
from recprep.cli import main
from recprep.cli.saying import bar
from recprep.core.problem import Problem
from recprep.storage import doctor, library
from recprep.storage.custody import export as custody
from recprep.storage.custody.columns import COLUMNS
from recprep.storage.custody.export import Exported
from recprep.storage.store import Damage, Store


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


@pytest.mark.parametrize(
    "wrong",
    [
        ["lab", "--port", "0"],
        ["lab", "--prot", "1"],
        ["labb"],
        ["check", "/no/such"],
        ["export", "--format", "xls"],
        ["export", "--review-log", "--format", "jsonl"],
    ],
)
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
    monkeypatch.setattr(doctor, "examine", lambda _home, now: [finding()])
    result = run("doctor")
    assert (result.exit_code, result.stdout) == (0, "ok  Database: history.db\nAll is sound.\n")


def test_doctor_exits_with_one_and_says_how_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "examine", lambda _home, now: [finding(), finding(sound=False, mend="Restore a backup.")]
    )
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


def damage(number: int) -> Damage:
    return Damage(what="attempt", id=str(number), question="retention-01", why="its content differs from its checksum")


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    calls: list[tuple] = []

    def done(database: Path, to: object, **given: object) -> Exported:
        calls.append((to, given))
        files = (Path("a/attempts.csv"), Path("a/ratings.csv")) if "now" in given else ()
        left_out = tuple(map(damage, range(7)))
        return Exported(files=files, attempts=2, ratings=1, reviews=0, left_out=left_out)

    monkeypatch.setattr(custody, "export", done)
    monkeypatch.setattr(custody, "stream", done)
    return calls


def test_export_passes_on_what_it_is_told_and_says_what_was_written(exported: list[tuple]) -> None:
    result = run("export", "mine", "--format", "jsonl", "--without-answers", "--role", "archivist")
    [(folder, given)] = exported
    wanted = {"content": "attempts", "format": "jsonl", "answers": False, "role": "archivist"}
    assert (folder, {name: given[name] for name in wanted}) == (Path("mine"), wanted)
    assert given["now"].tzinfo
    assert (result.exit_code, result.stdout) == (
        0,
        "2 attempts and 1 rating exported:\na/attempts.csv\na/ratings.csv\n",
    )


def test_export_names_what_is_left_out_on_stderr(exported: list[tuple]) -> None:
    lines = run("export").stderr.splitlines()
    assert lines[0] == "Left out: attempt 0 at 'retention-01', because its content differs from its checksum"
    assert lines[5:] == ["Left out: 2 more; `recprep doctor` names them all."]
    assert exported[0][0] == Path()


def test_export_to_standard_output_prints_nothing_else_there(exported: list[tuple]) -> None:
    result = run("export", "-", "--review-log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert exported[0][1]["content"] == "review-log"


def test_export_of_an_empty_home_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "home"))
    result = run("export", str(tmp_path))
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "Nothing to export yet: no answer was scored.\n",
    )


def test_the_help_of_export_explains_every_column() -> None:
    shown = " ".join(run("export", "--help").stdout.split())
    for file, columns in COLUMNS.items():
        assert f"Columns of {file}:" in shown
        assert all(f"{name} {words.split()[0]}" in shown for name, words in columns.items())


@pytest.mark.parametrize(
    ("steps", "on_terminal", "is_shown"), [(10_000, True, True), (9_999, True, False), (10_000, False, False)]
)
def test_long_work_shows_how_far_it_is_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, steps: int, on_terminal: bool, is_shown: bool
) -> None:
    shown = io.StringIO()
    shown.isatty = lambda: on_terminal
    monkeypatch.setattr(sys, "stderr", shown)
    with bar("Exporting") as progress:
        for done in (steps // 2, steps):
            progress(done, steps)
    assert ("Exporting" in shown.getvalue()) == is_shown
    assert ("100%" in shown.getvalue()) == is_shown


@pytest.mark.parametrize("command", [[], ["lab"], ["doctor"], ["check"], ["export"]])
def test_help_is_there(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Traceback" not in result.output


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, recprep.cli; print({'pandas', 'ipywidgets', 'jupyter_core', 'yaml'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


def practise(home: Path, *, question: str = "ethics") -> None:
    """Save one attempt in a home."""
    import os

    from recprep import workbook
    from recprep.storage import paths

    os.environ["RECPREP_HOME"] = str(home)
    form = workbook.practice(question)
    form.answer = "I would ask who may see it."
    form.reveal()
    form.scores = {row.id: 3 for row in form.session.criteria}
    form.save()
    workbook._store(paths.database()).close()
    workbook._store.cache_clear()


@pytest.fixture
def two_homes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path))  # put back at the end
    here, there = tmp_path / "here", tmp_path / "there"
    practise(there, question="retention")
    practise(here)
    return here, there


def attempts_in(home: Path) -> int:
    with Store(home / "history.db") as store:
        return store.count()


def test_backup_writes_one_file_and_says_where(two_homes: tuple[Path, Path], tmp_path: Path) -> None:
    result = run("backup", str(tmp_path / "mine.recprep"))
    assert (result.exit_code, result.stdout) == (0, f"1 attempt backed up and verified:\n{tmp_path}/mine.recprep\n")
    result = run("backup")
    assert result.stdout.splitlines()[1].startswith(str(two_homes[0] / "backups" / "recprep-backup-"))


def test_restore_replaces_what_is_here_and_keeps_it(two_homes: tuple[Path, Path]) -> None:
    here, there = two_homes
    practise(here, question="systems")
    result = run("restore", str(there / "history.db"))
    assert result.exit_code == 0
    said, kept_is, kept = result.stdout.splitlines()
    assert (said, kept_is) == ("1 attempt restored.", "What was here before is kept:")
    assert attempts_in(here) == 1
    assert run("restore", kept).stdout.startswith("2 attempts restored.")
    assert attempts_in(here) == 2


def test_restore_with_merge_adds_what_is_new_once(two_homes: tuple[Path, Path]) -> None:
    here, there = two_homes
    assert run("restore", "--merge", str(there / "history.db")).stdout.startswith("1 attempt added.")
    assert run("restore", "--merge", str(there / "history.db")).stdout.startswith("Nothing new was added.")
    assert (attempts_in(here), attempts_in(there)) == (2, 1)


def test_restoring_something_else_is_a_sentence_and_changes_nothing(
    two_homes: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam")
    for arguments in (["restore"], ["restore", "--merge"]):
        result = run(*arguments, str(tmp_path / "letter.txt"))
        assert result.exit_code == 1
        assert str(tmp_path / "letter.txt") in result.stderr
        assert "Traceback" not in result.output
    assert attempts_in(two_homes[0]) == 1


def test_without_a_history_there_is_nothing_to_back_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "empty"))
    result = run("backup")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is nothing to back up" in result.stderr
