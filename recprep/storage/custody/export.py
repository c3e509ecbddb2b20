"""Attempts, ratings and reviews as files that other programs read. It changes nothing that is kept.

`attempts.csv` has one row for each attempt, `ratings.csv` one for each sample answer that was scored, both in the
order of saving; `recprep.storage.custody.columns` explains their columns. Their names stay; a new one may come before
the levels. The same as JSON Lines is exact: times to the microsecond, texts and zone as they are kept, the levels,
weights and reference as objects, for each key point whether it was covered, and the hashes of the texts shown.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Literal, TextIO

from recprep.core.memory import reviews
from recprep.core.problem import Problem
from recprep.storage.custody.columns import (
    ATTEMPT_COLUMNS,
    RATING_COLUMNS,
    REVIEW_COLUMNS,
    Scored,
    attempt_cells,
    attempt_line,
    rating_cells,
    rating_line,
    review_cells,
    with_levels,
    write_lines,
    write_rows,
)
from recprep.storage.custody.in_parts import History, Survey, reading
from recprep.storage.custody.whole import new_file, require_usable, told, whole
from recprep.storage.store import Damage

Content = Literal["attempts", "review-log"]
Format = Literal["csv", "jsonl"]
Progress = Callable[[int, int], None]

OFTEN = 500  # attempts between two reports of progress

CUT_SHORT = "The export stopped midway ({error}), and what was written is not complete. Free some space and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export came to: the files, how many records are in them, and what was left out because it is damaged."""

    files: tuple[Path, ...]
    attempts: int
    ratings: int
    reviews: int
    left_out: tuple[Damage, ...]


def export(
    database: Path,
    folder: Path,
    *,
    now: datetime,
    content: Content = "attempts",
    format: Format = "csv",  # noqa: A002
    answers: bool = True,
    role: str | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write everything scored into a new folder, readable by its owner only.

    The folder gets its name when all in it is on the disk. An export that was interrupted leaves at most a folder
    with `.unfinished` in its name.

    Parameters
    ----------
    database : pathlib.Path
        The person's history.
    folder : pathlib.Path
        Where the new folder is made, outside the workbook's own; it exists, and nothing in it is overwritten.
    now : datetime.datetime
        Names the new folder, with its day.
    content : {"attempts", "review-log"}
        Attempts and ratings, or `revlog.csv` as FSRS's optimizers read it: one row for each question and day, as
        memory counts them, without withdrawn attempts.
    format : {"csv", "jsonl"}
        CSV for a spreadsheet: UTF-8 with a byte order mark (Excel would take it for another encoding), texts in
        quotes, and an apostrophe before a text that a spreadsheet would run as a formula. Or JSON Lines.
    answers : bool
        Also the words of the answers.
    role : str, optional
        Only what belongs to this role.
    progress : callable, optional
        Is told how far the work is, and how far it goes: each attempt is looked at twice.

    Returns
    -------
    Exported

    Raises
    ------
    Problem
        If there is nothing to export, or the folder cannot be written; then there is no new folder.
    """
    require_usable(folder)
    with reading(database) as history:
        job = _Job(history, history.survey(role, progress), answers=answers, progress=progress)
        tables = _tables(job, content, format)
        name = _folder_name(content, answers=answers, now=now)
        with told(folder), whole(folder / name) as (part, finish):
            for file, write in tables.items():
                with new_file(part / file, bom=file != "revlog.csv" and format == "csv") as out:
                    write(out)
            left_out = job.left_out()
            made = finish()
        return job.result(tuple(made / file for file in tables), left_out)


def stream(
    database: Path,
    out: BinaryIO,
    *,
    content: Content = "attempts",
    format: Format = "csv",  # noqa: A002
    answers: bool = True,
    role: str | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write the attempts, or the review log, to an open stream, for a program that reads on.

    As `export`, but without ratings and without a byte order mark, which such programs trip over. The stream is
    left open.

    Parameters
    ----------
    database : pathlib.Path
        The person's history.
    out : binary file
    content, format, answers, role, progress
        As in `export`.

    Returns
    -------
    Exported
        Without files.

    Raises
    ------
    Problem
        If there is nothing to export, or the stream cannot be written to its end.
    BrokenPipeError
        If the reader went away.
    """
    with reading(database) as history:
        job = _Job(history, history.survey(role, progress), answers=answers, progress=progress)
        write = next(iter(_tables(job, content, format, ratings=False).values()))
        text = TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
        try:
            write(text)
            text.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Problem(CUT_SHORT.format(error=error.strerror)) from error
        finally:
            text.detach()
        return job.result((), job.left_out())


class _Job:
    """One export: turns what is read into rows and lines, and counts them."""

    def __init__(self, history: History, survey: Survey, *, answers: bool, progress: Progress | None) -> None:
        self.survey = survey
        self.reviews = 0
        self._history = history
        self._answers = answers
        self._progress = progress or (lambda done, of: None)
        self._wordless: set[str] = set()

    def result(self, files: tuple[Path, ...], left_out: list[Damage]) -> Exported:
        counted = {"attempts": self.survey.attempts, "ratings": self.survey.ratings, "reviews": self.reviews}
        return Exported(files=files, left_out=tuple(left_out), **counted)

    def left_out(self) -> list[Damage]:
        lost = self._history.damaged_answers(self._wordless) if self._wordless else []
        return [*self.survey.left_out, *lost]

    def attempts_csv(self, out: TextIO) -> None:
        levels = [f"level_{name}" for name in self.survey.criteria]
        columns = with_levels(ATTEMPT_COLUMNS, {"level_...": levels, "answer": ["answer"] * self._answers})
        write_rows(out, columns, (attempt_cells(one, self.survey.criteria) for one in self._scored()))

    def attempts_jsonl(self, out: TextIO) -> None:
        write_lines(out, (attempt_line(one, answers=self._answers) for one in self._scored()))

    def ratings_csv(self, out: TextIO) -> None:
        names = self.survey.criteria
        columns = with_levels(
            RATING_COLUMNS,
            {start: [start.replace("...", name) for name in names] for start in ("level_...", "reference_...")},
        )
        write_rows(out, columns, (rating_cells(*one, names) for one in self._history.rated(self.survey)))

    def ratings_jsonl(self, out: TextIO) -> None:
        write_lines(out, (rating_line(*one) for one in self._history.rated(self.survey)))

    def review_log(self, out: TextIO) -> None:
        standing = (one.attempt for one in self._scored() if not one.withdrawn)
        rows = sorted(map(review_cells, reviews(standing)), key=lambda row: (row[1], row[0]))
        self.reviews = len(rows)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(REVIEW_COLUMNS)
        writer.writerows(rows)

    def _scored(self) -> Iterator[Scored]:
        with closing(self._history.scored(self.survey, answers=self._answers)) as found:
            for done, one in enumerate(found, start=1):
                if self._answers and one.answer is None:
                    self._wordless.add(one.attempt.id)
                yield one
                left = self.survey.attempts - done
                if left % OFTEN == 0:
                    end = 2 * self.survey.last_attempt
                    self._progress(end - left, end)


def _tables(job: _Job, content: Content, form: Format, *, ratings: bool = True) -> dict[str, Callable[[TextIO], None]]:
    """Give each file's name with what writes it; without attempts, or without ratings, there is no such file."""
    if content == "review-log":
        return {"revlog.csv": job.review_log}
    found = {}
    if job.survey.attempts or not ratings:
        found[f"attempts.{form}"] = job.attempts_csv if form == "csv" else job.attempts_jsonl
    if job.survey.ratings and ratings:
        found[f"ratings.{form}"] = job.ratings_csv if form == "csv" else job.ratings_jsonl
    return found


def _folder_name(content: Content, *, answers: bool, now: datetime) -> str:
    """Say in the name what is inside, so that nobody sends the wrong one."""
    if content == "review-log":
        return f"recprep-review-log-{now.date()}"
    return f"recprep-export-{now.date()}{'' if answers else '-without-answers'}"
