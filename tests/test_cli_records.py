"""What the command line does with your records: reports, and the words of old answers."""

import pytest
from click.testing import CliRunner, Result

from recprep.cli import main
from recprep.storage.store import Store


def run(*arguments: str, says: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=says, prog_name="recprep")


def answers(home) -> int:
    with Store(home / "history.db") as store:
        return sum(store.answer(attempt.id) is not None for attempt in store.attempts())


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ((), "recprep-report-"),
        (("--without-answers", "--name", "Ada"), "recprep-report-"),
        (("--sheet",), "recprep-interview-sheet-"),
    ],
)
def test_a_report_is_one_file_and_its_place_is_printed(two_months_home, tmp_path, options, name):
    result = run("report", str(tmp_path), *options)
    assert result.exit_code == 0
    (path,) = tmp_path.glob("*.html")
    assert path.name.startswith(name)
    assert result.stdout == f"Written:\n{path}\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ["report", "--sheet", "--name", "Ada"],
        ["report", "--sheet", "--without-answers"],
        ["dispose", "--role", "records-coordinator"],
        ["dispose", "--keep", "1y", "--hold"],
    ],
)
def test_wrong_usage_exits_with_two(two_months_home, wrong):
    assert run(*wrong).exit_code == 2


def test_without_a_rule_nothing_is_ever_due(two_months_home):
    result = run("dispose")
    assert result.stdout == "Answers are kept: until I erase them.\nNothing is due to be disposed of.\n"


def test_what_is_past_the_rule_goes_only_after_a_yes_and_leaves_a_record(two_months_home):
    before = answers(two_months_home)
    assert run("dispose", "--keep", "30d").stdout == "Answers are kept: 30 days.\n"
    refused = run("dispose", says="n\n")
    assert refused.stdout.endswith("Nothing was disposed of.\n")
    assert answers(two_months_home) == before
    done = run("dispose", says="y\n")
    assert done.exit_code == 0
    assert 0 < answers(two_months_home) < before
    record = f"disposed of {before - answers(two_months_home)} answers of "
    assert record in done.stdout
    assert record in run("dispose", "--log").stdout
    assert run("dispose").stdout.endswith("Nothing is due to be disposed of.\n")


def test_a_hold_stops_it_until_it_is_released(two_months_home):
    before = answers(two_months_home)
    run("dispose", "--keep", "1d")
    assert run("dispose", "--hold", "--why", "A dispute").stdout == "On hold until you release it: all answers.\n"
    held = run("dispose", "--yes").stdout
    assert f"{before} older answers held." in held
    assert answers(two_months_home) == before
    assert run("dispose", "--release").stdout == "Released: all answers.\n"
    assert run("dispose", "--yes").exit_code == 0
    assert answers(two_months_home) == 0


def test_a_rule_that_says_no_time_is_refused_calmly(two_months_home):
    result = run("dispose", "--keep", "a while")
    assert result.exit_code == 1
    assert result.stderr.startswith("'a while' says no time to keep answers.")
