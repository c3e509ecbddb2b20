"""Attempts, ratings and reviews as files that other programs read. It changes nothing that is kept.

`attempts.csv` has one row for each attempt, `ratings.csv` one for each sample answer that was scored, both in the
order of saving; `COLUMNS` explains their columns. Their names stay; a new one may come before the levels. The same as
JSON Lines is exact: times to the microsecond, texts and zone as they are kept, the levels, weights and reference
as objects, for each key point whether it was covered, and the hashes of the texts that were shown.
"""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, TextIO

from recprep.core.fingerprint import canonical, digest
from recprep.core.memory import Review, day_of, reviews
from recprep.core.models import Attempt, Rating
from recprep.core.problem import Problem
from recprep.storage import paths
from recprep.storage.migrations import free_name
from recprep.storage.store import Damage, attempts, inspection, ledger, ratings
from recprep.storage.store.database import Database
from recprep.storage.store.trouble import is_damage

Content = Literal["attempts", "review-log"]
Format = Literal["csv", "jsonl"]
Progress = Callable[[int, int], None]

CRITERIA = ("accuracy", "structure", "evidence", "judgement", "communication")
ATTEMPT_COLUMNS = {
    "attempt": "the attempt's id",
    "sitting": "the id of the set of questions that it belongs to",
    "role": "the role's id",
    "at": "when it was saved, in UTC",
    "zone": "your own zone then, such as UTC+01:00",
    "day": "the day in your own zone",
    "question": "the question's id",
    "prompt": "the question as it was asked then",
    "competency": "the area's id; empty for questions of no area",
    "kind": "knowledge, procedure, background, behavioural, situational or motivation",
    "seniority": "entry, experienced or senior; empty in the oldest attempts",
    "rater": "who scored: self, or somebody else",
    "prediction": "the level expected before the guide was open, 1 to 5, or empty",
    "percent": "the result, 0 to 100",
    "band": "the word for it",
    "gated": "whether Accuracy or Judgement held the band down",
    "key_points_covered": "how many key points the answer covered",
    "key_points": "how many there were",
    "aloud": "whether it was answered aloud",
    "seconds_taken": "from the first look at the question to the opening of the guide, or empty",
    "withdrawn": "whether it was taken back with Undo",
    "level_...": "for each criterion the level given, 1 to 5; empty where it does not count",
    "answer": "your words; empty if given aloud or no longer kept; no such column in a copy without answers",
}
RATING_COLUMNS = {
    "rating": "the rating's id",
    "sitting": "the id of the set of sample answers that it belongs to",
    "role": "the role's id",
    "at": "when it was saved, in UTC",
    "zone": "your own zone then, such as UTC+01:00",
    "day": "the day in your own zone",
    "exemplar": "the sample answer's id",
    "question": "the id of its question",
    "prompt": "that question as it was asked then",
    "competency": "the area's id; empty for questions of no area",
    "kind": "the kind of question",
    "rater": "who scored",
    "level_...": "for each criterion the level given, 1 to 5; empty where it does not count",
    "reference_...": "the level that the sample answer has, 1 to 5",
}
REVIEW_COLUMNS = {
    "card_id": "a whole number for the question, always the same",
    "review_time": "the day's last answer, in milliseconds since 1970 (UTC)",
    "review_rating": "1 Again, 2 Hard, 3 Good, 4 Easy",
    "review_state": "0 for a new question, else 2 (in review)",
    "review_duration": "milliseconds that the day's answers took; 0 if not known",
}
COLUMNS = {"attempts.csv": ATTEMPT_COLUMNS, "ratings.csv": RATING_COLUMNS, "revlog.csv": REVIEW_COLUMNS}
FORMULA = re.compile(r"[\t\r\n\0]|\s*[=+\-@＝＋－＠]")
OFTEN = 500  # attempts between two reports of progress
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NOTHING = "Nothing to export yet{of}: no answer was scored."
NOTHING_SOUND = "Nothing could be exported: all {} records are damaged. Run `recprep doctor`, which names them."
MISSING = "There is no folder {folder}. Make it first, or name another one."
OURS = (
    "{folder} belongs to the workbook itself, where personal data never go. "
    "Name a folder of your own, such as: recprep export ~/Documents"
)
FULL = "The disk is full, and nothing was exported to {folder}. Free some space there, or name another folder."
FORBIDDEN = "recprep may not write in {folder}, and nothing was exported. Allow writing there, or name another folder."
FAILED = "Nothing was exported to {folder} ({error}). Check that disk, or name another folder."
CUT_SHORT = "The export stopped midway ({error}), and what was written is not complete. Free some space and try again."
OF_THE_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: FORBIDDEN,
    errno.ENOENT: MISSING,
}


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
    _require_usable(folder)
    with _history(database) as history:
        job = _Job(history, history.survey(role, progress), answers=answers, progress=progress)
        tables = _tables(job, content, format)
        name = _folder_name(content, answers=answers, now=now)
        with _told(folder), _whole(folder / name) as (part, finish):
            for file, write in tables.items():
                with _new_file(part / file, bom=file != "revlog.csv" and format == "csv") as out:
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
    with _history(database) as history:
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


def card_id(role: str, question: str) -> int:
    """Give the number of a question in a review log, which is always the same.

    The first 48 bits of the SHA-256 of the canonical JSON list of role and question: whole in a spreadsheet and in
    JavaScript, and among 10,000 questions two share one with a chance of one in five million.

    Examples
    --------
    >>> card_id("records-coordinator", "retention-invoice-date")
    41491705471139
    """
    return int(digest(canonical([role, question]))[:12], 16)


def guarded(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula: with an apostrophe in front, where it might.

    OWASP, CSV Injection; also with white space before the sign, which some spreadsheets drop.

    Examples
    --------
    >>> guarded("=1+1"), guarded("a = b")
    ("'=1+1", 'a = b')
    """
    return f"'{text}" if FORMULA.match(text) else text


class _Scored(NamedTuple):
    attempt: Attempt
    withdrawn: bool
    prompt: str | None
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What there is to export: numbers of the last rows, how many are sound, their criteria, and what is damaged."""

    role: str | None
    last_attempt: int
    last_rating: int
    attempts: int
    ratings: int
    criteria: tuple[str, ...]
    left_out: tuple[Damage, ...]


class _History(Database):
    """Reads a history in parts; a part that is damaged is passed over and named."""

    def survey(self, role: str | None, progress: Progress | None = None) -> _Survey:
        """Look at all there is, or raise the `Problem` that there is nothing."""
        with self._transaction() as connection:
            last_attempt, last_rating = attempts.version(connection)[0], ratings.version(connection)
            counts, used, left_out = [0, 0], set(), []
            for place, (kind, last) in enumerate(((attempts.LEDGER, last_attempt), (ratings.LEDGER, last_rating))):
                for sound, damaged in _parts(connection, kind, last, role):
                    counts[place] += len(sound)
                    used.update(*(one.levels for one in sound))
                    left_out += damaged
                    if progress and kind is attempts.LEDGER:
                        progress(counts[place], 2 * last)
        if not any(counts):
            raise Problem(self._nothing(role, len(left_out)))
        return _Survey(
            role=role,
            last_attempt=last_attempt,
            last_rating=last_rating,
            attempts=counts[0],
            ratings=counts[1],
            criteria=(*CRITERIA, *sorted(used.difference(CRITERIA))),
            left_out=tuple(left_out),
        )

    def scored(self, survey: _Survey, *, answers: bool) -> Iterator[_Scored]:
        """Go through the attempts in the order of saving, withdrawn ones too."""
        with self._transaction() as connection:
            withdrawn = attempts.withdrawn(connection)
            prompt = _prompts(connection)
            for sound, _ in _parts(connection, attempts.LEDGER, survey.last_attempt, survey.role):
                for one in sound:
                    words = _unless_damaged(attempts.answer, connection, one.id) if answers else None
                    yield _Scored(one, one.id in withdrawn, prompt(one.question_hash), words)

    def rated(self, survey: _Survey) -> Iterator[tuple[Rating, str | None]]:
        """Go through the ratings in the order of saving, each with the prompt of its question."""
        with self._transaction() as connection:
            prompt = _prompts(connection)
            for sound, _ in _parts(connection, ratings.LEDGER, survey.last_rating, survey.role):
                yield from ((one, prompt(one.question_hash)) for one in sound)

    def damaged_answers(self, among: set[str]) -> list[Damage]:
        """Name the answers that are kept but are not what was written, among those of some attempts."""
        with self._transaction() as connection:
            found = _unless_damaged(lambda: list(inspection.CHECKS["answer"](connection, "answer")))
        unread = Damage(what="answer", id="(some)", question=None, why="a part of the file cannot be read")
        return [unread] if found is None else [damage for damage in found if damage.id in among]

    def _nothing(self, role: str | None, damaged: int) -> str:
        if self.notice or damaged:
            return self.notice or NOTHING_SOUND.format(damaged)
        return NOTHING.format(of=f" for the role '{role}'" if role else "")


class _Job:
    """One export: turns what is read into rows and lines, and counts them."""

    def __init__(self, history: _History, survey: _Survey, *, answers: bool, progress: Progress | None) -> None:
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
        columns = _with_levels(ATTEMPT_COLUMNS, {"level_...": levels, "answer": ["answer"] * self._answers})
        _write_rows(out, columns, (_attempt_cells(one, self.survey.criteria) for one in self._scored()))

    def attempts_jsonl(self, out: TextIO) -> None:
        _write_lines(out, (_attempt_line(one, answers=self._answers) for one in self._scored()))

    def ratings_csv(self, out: TextIO) -> None:
        names = self.survey.criteria
        columns = _with_levels(
            RATING_COLUMNS,
            {start: [start.replace("...", name) for name in names] for start in ("level_...", "reference_...")},
        )
        _write_rows(out, columns, (_rating_cells(*one, names) for one in self._history.rated(self.survey)))

    def ratings_jsonl(self, out: TextIO) -> None:
        _write_lines(out, (_rating_line(*one) for one in self._history.rated(self.survey)))

    def review_log(self, out: TextIO) -> None:
        standing = (one.attempt for one in self._scored() if not one.withdrawn)
        rows = sorted(map(_review_cells, reviews(standing)), key=lambda row: (row[1], row[0]))
        self.reviews = len(rows)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(REVIEW_COLUMNS)
        writer.writerows(rows)

    def _scored(self) -> Iterator[_Scored]:
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


def _attempt_cells(one: _Scored, criteria: Sequence[str]) -> list:
    a = one.attempt
    return [
        *(a.id, a.sitting, a.role, _second(a.at), _offset(a.zone), day_of(a).isoformat(), a.question, one.prompt),
        *(a.competency, a.kind, a.seniority, a.rater, a.prediction, a.percent, a.band, a.gated),
        *(sum(a.key_points), len(a.key_points), a.aloud, a.seconds_taken, one.withdrawn),
        *(a.levels.get(name) for name in criteria),
        one.answer,
    ]


def _attempt_line(one: _Scored, *, answers: bool) -> dict:
    a = one.attempt
    told = {name: getattr(a, name) for name in Attempt.__dataclass_fields__ if name not in ("id", "at")}
    line = {"attempt": a.id, "at": a.at.isoformat(timespec="microseconds"), "day": day_of(a).isoformat(), **told}
    line |= {"prompt": one.prompt, "withdrawn": one.withdrawn}
    return line | {"answer": one.answer} if answers else line


def _rating_cells(r: Rating, prompt: str | None, criteria: Sequence[str]) -> list:
    return [
        *(r.id, r.sitting, r.role, _second(r.at), _offset(r.zone), day_of(r).isoformat(), r.exemplar, r.question),
        *(prompt, r.competency, r.kind, r.rater),
        *(r.levels.get(name) for name in criteria),
        *(r.reference.get(name) for name in criteria),
    ]


def _rating_line(r: Rating, prompt: str | None) -> dict:
    told = {name: getattr(r, name) for name in Rating.__dataclass_fields__ if name not in ("id", "at")}
    at = r.at.isoformat(timespec="microseconds")
    return {"rating": r.id, "at": at, "day": day_of(r).isoformat(), **told, "prompt": prompt}


def _review_cells(review: Review) -> tuple[int, ...]:
    at = (review.at - EPOCH) // timedelta(milliseconds=1)
    # 0 when the time is not known: the optimizers leave out a row with an empty cell.
    duration = 1000 * (review.seconds_taken or 0)
    return card_id(review.role, review.question), at, review.rating, 0 if review.first else 2, duration


def _with_levels(columns: dict[str, str], instead: dict[str, list[str]]) -> list[str]:
    return list(chain.from_iterable(instead.get(name, [name]) for name in columns))


def _second(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _offset(zone: str) -> str:
    """Write an offset so that it needs no guard."""
    return f"UTC{zone}" if zone[:1] in ("+", "-") else zone


def _write_rows(out: TextIO, columns: list[str], rows: Iterator[list]) -> None:
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    writer.writerows(list(map(_cell, row[: len(columns)])) for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else value


def _write_lines(out: TextIO, lines: Iterator[dict]) -> None:
    for line in lines:
        out.write(f"{json.dumps(line, ensure_ascii=False)}\n")


def _parts(connection: object, kind: ledger.Ledger, last: int, role: str | None) -> Iterator[tuple[list, list[Damage]]]:
    condition, values = ("seq <= ? AND +role = ?", (last, role)) if role else ("seq <= ?", (last,))
    return ledger.chunks(connection, kind, condition=condition, values=values)


def _prompts(connection: object) -> Callable[[str], str | None]:
    """Give what finds the prompt behind a question's hash; each text is read once."""
    known: dict[str, str | None] = {}

    def prompt(hash_: str) -> str | None:
        if hash_ not in known:
            text = _unless_damaged(attempts.snapshot, connection, hash_)
            known[hash_] = json.loads(text).get("prompt") if text else None
        return known[hash_]

    return prompt


def _unless_damaged(read: Callable, *given: object) -> object:
    """Give what is read, or None if its place in the file is damaged."""
    try:
        return read(*given)
    except Exception as error:
        if not is_damage(error):
            raise
        return None


@contextmanager
def _history(database: Path) -> Iterator[_History]:
    if not database.exists():
        raise Problem(NOTHING.format(of=""))
    with _History(database) as history:
        yield history


def _require_usable(folder: Path) -> None:
    if not folder.is_dir():
        raise Problem(MISSING.format(folder=folder))
    if any(folder.resolve().is_relative_to(paths.shipped(name).parent) for name in ("data", "notebooks")):
        raise Problem(OURS.format(folder=folder.resolve()))


def _folder_name(content: Content, *, answers: bool, now: datetime) -> str:
    """Say in the name what is inside, so that nobody sends the wrong one."""
    if content == "review-log":
        return f"recprep-review-log-{now.date()}"
    return f"recprep-export-{now.date()}{'' if answers else '-without-answers'}"


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        sentence = OF_THE_SYSTEM.get(error.errno, FAILED)
        raise Problem(sentence.format(folder=folder, error=error.strerror)) from error


@contextmanager
def _whole(wanted: Path) -> Iterator[tuple[Path, Callable[[], Path]]]:
    """Give a folder to fill, and what gives it its name once all in it is on the disk; else it is removed."""
    part = Path(tempfile.mkdtemp(prefix=f"{wanted.name}.unfinished-", dir=wanted.parent))

    def finish() -> Path:
        _settle(part)
        made = _rename(part, wanted)
        _settle(wanted.parent)
        return made

    try:
        yield part, finish
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _rename(part: Path, wanted: Path) -> Path:
    while True:
        name = free_name(wanted)
        try:
            return part.rename(name)
        except OSError:
            if not name.exists():
                raise  # else somebody took the name in the meantime


@contextmanager
def _new_file(path: Path, *, bom: bool) -> Iterator[TextIO]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig" if bom else "utf-8", newline="") as out:
        yield out
        out.flush()
        os.fsync(handle)


def _settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
