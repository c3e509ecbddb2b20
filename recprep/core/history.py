"""From attempts to data frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from recprep.core.models import KINDS, Attempt

if TYPE_CHECKING:
    import pandas as pd

_ONCE = ("sitting", "role", "question", "competency", "kind", "at", "zone", "rater", "prediction")
_LAST = ("percent", "band", "gated", "aloud", "seconds_taken")


def attempt_frame(attempts: Sequence[Attempt]) -> pd.DataFrame:
    """Give attempts as a tidy frame, one row per attempt and criterion.

    Parameters
    ----------
    attempts : sequence of Attempt

    Returns
    -------
    pandas.DataFrame
        Columns: attempt, sitting, role, question (str); competency (str, may be missing); kind
        (category); at (in UTC); zone, rater (str); prediction (Int64, 1 to 5, may be missing); criterion
        (str); level (1 to 5); weight (percent of the score); percent (0 to 100); band (str); gated,
        aloud (bool); seconds_taken (Int64, may be missing); key_points_covered, key_points (counts).
    """
    import pandas as pd

    rows = [row for attempt in attempts for row in _rows(attempt)]
    frame = pd.DataFrame(rows, columns=list(_DTYPES))
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    return frame.astype(_DTYPES | {"kind": pd.CategoricalDtype(KINDS)})


def evidence(attempts: Iterable[Attempt]) -> pd.DataFrame:
    """Give the frame that every analysis reads, one row per attempt and criterion.

    Parameters
    ----------
    attempts : iterable of Attempt

    Returns
    -------
    pandas.DataFrame
        attempt, question, competency (missing when the question has none), criterion, level (1 to 5),
        weight (percent of the score), rater, at (UTC).
    """
    import pandas as pd

    rows = [
        (a.id, a.question, a.competency, criterion, level, a.weights[criterion], a.rater, a.at)
        for a in attempts
        for criterion, level in a.levels.items()
    ]
    return pd.DataFrame(rows, columns=list(_EVIDENCE)).astype(_EVIDENCE)


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
    "criterion": "string",
    "level": "int64",
    "weight": "int64",
    "rater": "string",
    "at": "datetime64[us, UTC]",
}
