"""What all tests share: an empty home of their own, a fixed clock, and a run in which nothing may be skipped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from bank_files import bank_texts
from hypothesis import settings
from two_months import lay_two_months

from recprep.core.bank import Bank, build, read_entries
from recprep.storage.library import schemas
from recprep.storage.store import Store

settings.register_profile("shared machines", deadline=None)
settings.load_profile("shared machines")

STARTS_KERNELS = ("browser", "test_launch_", "test_notebooks", "test_packaging")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure (for CI)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask a test that starts kernels twice: on a busy machine a browser may be late. What fails twice has failed."""
    for item in items:
        if starts_kernels(item.nodeid):
            item.add_marker(pytest.mark.flaky(reruns=1))


def starts_kernels(file: str) -> bool:
    return file.removeprefix("tests/").startswith(STARTS_KERNELS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep the tests in a browser in one process, and what else starts kernels in one: they slow each other down."""
    from xdist.scheduler import LoadFileScheduling

    class OneAtATime(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "browser" if "browser/" in file else "kernels" if starts_kernels(file) else file

    return OneAtATime(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and --no-skips allows none: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give an empty personal home; nothing a test does touches the real one, and at its end it is let go of."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RECPREP_HOME", str(folder))
    yield folder
    if workbook := sys.modules.get("recprep.workbook"):
        workbook._store(folder / "history.db").close()
        workbook._store.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of the person's own."""
    made = tmp_path / "mine"
    made.mkdir()
    return made


@pytest.fixture
def now() -> datetime:
    return NOW


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Give ids that look like UUIDs and count."""
    counter = count(1)
    return lambda: str(UUID(int=next(counter)))


@pytest.fixture(scope="session")
def bank() -> Bank:
    """Give the small bank of `bank_files`."""
    entries, findings = read_entries(bank_texts(), schemas())
    assert not findings
    return build(entries)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store(home / "history.db") as store:
        yield store


@pytest.fixture
def two_months_home(home: Path) -> Path:
    """Give a home with two months of practice on the shipped bank; the last answers are a day old at `NOW`."""
    lay_two_months(home / "history.db", until=NOW - timedelta(hours=24))
    return home
