"""From attempts to data frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from recprep.core.garbage import no_search_for_garbage
from recprep.core.memory import day_of
from recprep.core.models import KINDS, SENIORITIES, Attempt, Rating

if TYPE_CHECKING:
    import pandas as pd

_ONCE = ("sitting", "role", "question", "competency", "kind", "seniority", "at", "zone", "rater", "prediction")
_LAST = ("percent", "band", "gated", "aloud", "seconds_taken")


def attempt_frame(attempts: Sequence[Attempt]) -> pd.DataFrame:
    """Give attempts as a tidy frame, one row per attempt and criterion.

    Parameters
    ----------
    attempts : sequence of Attempt

    Returns
    -------
    pandas.DataFrame
        Columns: attempt, sitting, role, question (str); competency (str, may be missing); kind, seniority
        (category; seniority is missing in the oldest attempts); at (in UTC); zone, rater (str); prediction (Int64,
        1 to 5, may be missing); criterion (str); level (1 to 5); weight (percent of the score); percent (0 to
        100); band (str); gated, aloud (bool); seconds_taken (Int64, may be missing); key_points_covered,
        key_points (counts).
    """
    import pandas as pd

    rows = [row for attempt in attempts for row in _rows(attempt)]
    frame = pd.DataFrame(rows, columns=list(_DTYPES))
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    categories = {"kind": pd.CategoricalDtype(KINDS), "seniority": pd.CategoricalDtype(SENIORITIES, ordered=True)}
    return frame.astype(_DTYPES | categories)


def evidence(attempts: Iterable[Attempt]) -> pd.DataFrame:
    """Give the frame that every analysis reads, one row per attempt and criterion.

    Parameters
    ----------
    attempts : iterable of Attempt

    Returns
    -------
    pandas.DataFrame
        attempt, question, competency (missing when the question has none), kind, seniority (of the question;
        missing in the oldest attempts), rater, prediction (1 to 5, may be missing), at (UTC), day (in the zone
        that the person was in), criterion, level (1 to 5), weight (percent of the score).
    """
    import numpy as np
    import pandas as pd

    told, criteria, levels, weights, sizes = [], [], [], [], []
    with no_search_for_garbage():
        for attempt in attempts:
            told.append(_told(attempt))
            criteria += attempt.levels
            levels += attempt.levels.values()
            weights += [attempt.weights[name] for name in attempt.levels]
            sizes.append(len(attempt.levels))
    # an attempt is repeated once it is in a frame: to make a column of texts takes longer than to copy it
    once = _of_type(told, _EVIDENCE).take(np.repeat(np.arange(len(told)), sizes)).reset_index(drop=True)
    return once.assign(
        criterion=pd.array(criteria, dtype="string"), level=np.array(levels, int), weight=np.array(weights, int)
    )


def _told(a: Attempt) -> tuple:
    return a.id, a.question, a.competency, a.kind, a.seniority, a.rater, a.prediction, a.at, day_of(a)


def _of_type(rows: list[tuple], columns: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns), dtype=object).astype(columns)


def rating_evidence(ratings: Iterable[Rating]) -> pd.DataFrame:
    """Give the scores of exemplars as a tidy frame, one row per rating and criterion.

    Parameters
    ----------
    ratings : iterable of Rating

    Returns
    -------
    pandas.DataFrame
        rating, sitting, exemplar, question, rater, at (UTC), criterion, level (given, 1 to 5), reference (1 to 5).
    """
    rows = [
        (r.id, r.sitting, r.exemplar, r.question, r.rater, r.at, criterion, level, r.reference[criterion])
        for r in ratings
        for criterion, level in r.levels.items()
    ]
    return _of_type(rows, _RATINGS)


def _rows(attempt: Attempt) -> list[dict]:
    once = {name: getattr(attempt, name) for name in (*_ONCE, *_LAST)}
    once |= {"attempt": attempt.id, "key_points": len(attempt.key_points)}
    once["key_points_covered"] = sum(attempt.key_points)
    return [
        once | {"criterion": criterion, "level": level, "weight": attempt.weights[criterion]}
        for criterion, level in attempt.levels.items()
    ]


_DTYPES = {
    "attempt": "string",
    "sitting": "string",
    "role": "string",
    "question": "string",
    "competency": "string",
    "kind": "category",
    "seniority": "category",
    "at": "datetime64[us, UTC]",
    "zone": "string",
    "rater": "string",
    "prediction": "Int64",
    "criterion": "string",
    "level": "int64",
    "weight": "int64",
    "percent": "int64",
    "band": "string",
    "gated": "bool",
    "aloud": "bool",
    "seconds_taken": "Int64",
    "key_points_covered": "int64",
    "key_points": "int64",
}
_EVIDENCE = {
    "attempt": "string",
    "question": "string",
    "competency": "string",
    "kind": "string",
    "seniority": "string",
    "rater": "string",
    "prediction": "Int64",
    "at": "datetime64[us, UTC]",
    "day": "datetime64[s]",
}
_RATINGS = {
    "rating": "string",
    "sitting": "string",
    "exemplar": "string",
    "question": "string",
    "rater": "string",
    "at": "datetime64[us, UTC]",
    "criterion": "string",
    "level": "int64",
    "reference": "int64",
}
