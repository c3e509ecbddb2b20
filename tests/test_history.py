"""Attempts as a tidy frame, one row per attempt and criterion."""

import pytest

from recprep.core.history import attempt_frame
from recprep.core.models import Attempt
from recprep.core.session import Session


@pytest.fixture
def two_attempts(bank, store, clock, new_id) -> list[Attempt]:
    names = ("flying-up", "general-why")
    session = Session(
        bank, [bank.question_by_id[name] for name in names], keeper=store, clock=clock, new_id=new_id, zone="+01:00"
    )
    for levels in ({"accuracy": 4, "structure": 3, "judgement": 5, "communication": 2},
                   {"structure": 1, "evidence": 2, "communication": 3}):  # fmt: skip
        session.write("x")
        session.reveal()
        session.tick([1])
        session.give(levels)
        session.save()
        session.next()
    return store.attempts()


def test_one_row_per_attempt_and_criterion(two_attempts):
    frame = attempt_frame(two_attempts)
    levels = {
        name: dict(zip(rows["criterion"], rows["level"], strict=True)) for name, rows in frame.groupby("question")
    }
    assert levels == {
        "flying-up": {"accuracy": 4, "structure": 3, "judgement": 5, "communication": 2},
        "general-why": {"structure": 1, "evidence": 2, "communication": 3},
    }
    assert list(frame.groupby("attempt")["weight"].sum()) == [100, 100]
    assert frame["competency"].isna().sum() == 3
    assert set(frame["key_points_covered"]) == {1}


def test_the_dtypes_do_not_depend_on_the_rows(two_attempts):
    assert attempt_frame([]).dtypes.equals(attempt_frame(two_attempts).dtypes)
    assert attempt_frame([])["at"].dtype == "datetime64[us, UTC]"
