"""How long answers are kept: the rule, in words and in days. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from recprep.core.problem import Problem

UNTIL_ERASED = "until I erase them"
MOST_DAYS, MOST_MONTHS = 36_500, 1_200
NUMBER = re.compile(r"(\d{1,5})\s*(d|days?|m|months?|y|years?)")
FOREVER = ("", "forever", UNTIL_ERASED)
UNKNOWN = (
    "'{text}' says no time to keep answers. The rule is as it was. "
    "Say for example '90 days', '6 months', '1 year', or 'forever'."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long the words of an answer are kept: a number of days, or of months of the calendar."""

    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        known = 0 <= self.days <= MOST_DAYS and 0 <= self.months <= MOST_MONTHS
        if not known or (self.days > 0) == (self.months > 0):
            message = f"{self.days} days and {self.months} months are no rule"
            raise ValueError(message)

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        number, unit = (self.days, "day") if self.days else (self.months, "month") if months else (years, "year")
        return f"{number} {unit}" if number == 1 else f"{number} {unit}s"

    def last_day(self, given_on: date) -> date:
        """Give the last day on which an answer is kept; from the next day on it is due to be disposed of.

        Days are those of the person's own calendar, without hours. Where a month has no such day, its last one
        counts: what was given on 31 August and is kept for six months is kept to the end of 28 (or 29) February.

        Examples
        --------
        >>> Rule(months=6).last_day(date(2025, 8, 31))
        datetime.date(2026, 2, 28)
        """
        if self.days:
            return given_on + timedelta(days=min(self.days, (date.max - given_on).days))
        years, month = divmod(given_on.month - 1 + self.months, 12)
        if given_on.year + years > date.max.year:
            return date.max
        most = monthrange(given_on.year + years, month + 1)[1]
        return date(given_on.year + years, month + 1, min(given_on.day, most))

    def is_past(self, given_on: date, *, today: date) -> bool:
        """Say whether an answer given on one day is due on another."""
        return self.last_day(given_on) < today


CHOICES: dict[str, Rule | None] = {
    **{str(rule): rule for rule in (Rule(months=3), Rule(months=6), Rule(months=12), Rule(months=24))},
    UNTIL_ERASED: None,
}


def rule_from(text: str) -> Rule | None:
    """Give the rule that a text says, such as "6 months", "90d" or "1 year"; None for "forever".

    Raises
    ------
    Problem
        If it says no such time.

    Examples
    --------
    >>> str(rule_from("12m"))
    '1 year'
    """
    said = text.strip().lower()
    if said in (*FOREVER, UNTIL_ERASED.lower()):
        return None
    found = NUMBER.fullmatch(said)
    number, unit = (int(found[1]), found[2][0]) if found else (0, "")
    try:
        return Rule(days=number) if unit == "d" else Rule(months=number * (12 if unit == "y" else 1))
    except ValueError as error:
        raise Problem(UNKNOWN.format(text=text)) from error
