"""A role's bank: from the text of its files to records, and from records to data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recprep.core.fingerprint import by_field, canonical, digest
from recprep.core.guess import Rule
from recprep.core.models import (
    Band,
    Competency,
    Criterion,
    Exemplar,
    Gate,
    KeyPoint,
    Question,
    Rubric,
    Source,
    Step,
    Weighting,
)
from recprep.core.rubric import criteria_for, weights_for
from recprep.core.schema import Finding, Node, read_yaml, typed

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("bank", "competencies", "rubric", "sources")
OPTIONAL = ("guesses",)
FOLDERS = ("questions", "exemplars")


@dataclass(frozen=True)
class Entry:
    """One item of a bank file as read: its values, and its nodes for the lines."""

    file: str
    node: Node
    values: dict[str, Any]

    def line(self, field: str | None = None) -> int:
        """Give the line of a field, or of the item when the field is not written."""
        child = self.node.value.get(field) if field else None
        return child.line if child else self.node.line

    def finding(self, field: str | None, wrong: str, right: str) -> Finding:
        """Give a finding at a field of this item."""
        return Finding(self.file, self.line(field), self.values.get("id") or self.values.get("key") or "", wrong, right)


@dataclass(frozen=True)
class Bank:
    """Everything about one role.

    Parameters
    ----------
    role, name, summary : str
        The role's id, its name, and what the job is.
    rubric : Rubric
    competency_by_id, question_by_id, exemplar_by_id, source_by_key : mappings to records
        In the order of the files.
    ask : tuple of str
        Questions for a candidate to put to the interviewer, the most useful first.
    guesses : tuple of Rule
        How the kind and the competency of a question are guessed from its words; the first that holds decides.
    licence : str
        The licence of the texts.
    outdated, quotas : tuples of mappings
        What `recprep check` holds the bank to.
    """

    role: str
    name: str
    summary: str
    rubric: Rubric
    competency_by_id: Mapping[str, Competency]
    question_by_id: Mapping[str, Question]
    exemplar_by_id: Mapping[str, Exemplar]
    source_by_key: Mapping[str, Source]
    ask: tuple[str, ...] = ()
    guesses: tuple[Rule, ...] = ()
    licence: str = ""
    outdated: tuple[Mapping[str, str], ...] = ()
    quotas: tuple[Mapping[str, str | int], ...] = ()

    def criteria(self, question: Question) -> tuple[Criterion, ...]:
        """Give the rows of the rubric that a question uses, with the anchors of its competency."""
        return criteria_for(self.rubric, question.kind, self.competency_by_id.get(question.competency))

    def question_text(self, question: Question) -> str:
        """Give a question and its guide as canonical JSON; its SHA-256 is the question's hash."""
        told = by_field(question)
        if not told["material"]:
            del told["material"]
        return canonical(told)

    def exemplar_text(self, exemplar: Exemplar) -> str:
        """Give a sample answer with its reference as canonical JSON; its SHA-256 is the exemplar's hash."""
        return canonical(exemplar)

    def rubric_text(self, question: Question) -> str:
        """Give all that scored a question (rows, weights, gate, bands) as canonical JSON."""
        key = question.kind, question.competency
        if key not in self._rubric_texts:
            used = {
                "criteria": self.criteria(question),
                "weights": dict(weights_for(self.rubric, question.kind)),
                "gate": self.rubric.gate,
                "bands": self.rubric.bands,
            }
            self._rubric_texts[key] = canonical(used)
        return self._rubric_texts[key]

    @cached_property
    def _rubric_texts(self) -> dict[tuple[str, str | None], str]:
        return {}

    def question_hash(self, question: Question) -> str:
        """Give the SHA-256 of a question's text, in hexadecimal: it tells versions apart."""
        return digest(self.question_text(question))

    @cached_property
    def questions(self) -> pd.DataFrame:
        """One row per question, indexed by `question` (its id).

        Columns: prompt, competency (missing when it has none), kind, seniority (ordered), jurisdiction,
        sector, minutes (int), key_points (int, how many), essential (int, how many of them), sources
        (int), listening_for, strong_answer, weak_answer, why_weak.
        """
        rows = [
            {name: getattr(q, name) for name in _QUESTION_COLUMNS}
            | {"key_points": len(q.key_points), "essential": sum(p.essential for p in q.key_points)}
            | {"sources": len(q.sources)}
            for q in self.question_by_id.values()
        ]
        order = [*_QUESTION_COLUMNS, "key_points", "essential", "sources"]
        return _frame(rows, order, index="question", renamed={"id": "question"})

    @cached_property
    def competencies(self) -> pd.DataFrame:
        """One row per competency, indexed by `competency`: name, definition, weight, target, questions (how many)."""
        asked = [q.competency for q in self.question_by_id.values()]
        rows = [
            {name: getattr(c, name) for name in ("id", "name", "definition", "weight", "target")}
            | {"questions": asked.count(c.id)}
            for c in self.competency_by_id.values()
        ]
        order = ["id", "name", "definition", "weight", "target", "questions"]
        return _frame(rows, order, index="competency", renamed={"id": "competency"})

    @cached_property
    def exemplars(self) -> pd.DataFrame:
        """One row per exemplar and criterion: exemplar, question, criterion, level (1 to 5), reason, answer."""
        rows = [
            {"exemplar": e.id, "question": e.question, "criterion": criterion, "level": level}
            | {"reason": e.reasons[criterion], "answer": e.answer}
            for e in self.exemplar_by_id.values()
            for criterion, level in e.levels.items()
        ]
        return _frame(rows, ["exemplar", "question", "criterion", "level", "reason", "answer"])

    @cached_property
    def sources(self) -> pd.DataFrame:
        """One row per source, indexed by `key`: title, number, year (may be missing), jurisdiction, address."""
        order = ["key", "title", "number", "year", "jurisdiction", "address"]
        rows = [asdict(source) for source in self.source_by_key.values()]
        return _frame(rows, order, index="key")


_QUESTION_COLUMNS = (
    "id",
    "prompt",
    "competency",
    "kind",
    "seniority",
    "jurisdiction",
    "sector",
    "minutes",
    "listening_for",
    "strong_answer",
    "weak_answer",
    "why_weak",
)
_WHOLE = ("minutes", "key_points", "essential", "sources", "weight", "target", "questions", "level")


def _frame(
    rows: list[dict], order: list[str], *, index: str | None = None, renamed: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Build a frame whose dtypes do not depend on what the rows happen to hold."""
    import pandas as pd

    from recprep.core.models import KINDS, SENIORITIES

    dtypes = {name: "int64" for name in order if name in _WHOLE} | {"year": "Int64"}
    dtypes |= {"kind": pd.CategoricalDtype(KINDS), "seniority": pd.CategoricalDtype(SENIORITIES, ordered=True)}
    frame = pd.DataFrame(rows, columns=order)
    frame = frame.astype({name: dtypes.get(name, "string") for name in order}).rename(columns=renamed or {})
    return frame.set_index(index) if index else frame


def read_entries(
    texts: Mapping[str, str], schemas: Mapping[str, Mapping]
) -> tuple[dict[str, list[Entry]], list[Finding]]:
    """Read the files of one bank.

    Parameters
    ----------
    texts : mapping of str to str
        File name, relative to the bank's folder and with `/`, to its content.
    schemas : mapping of str to mapping
        The JSON Schemas of data/schema, by name without its ending.

    Returns
    -------
    entries : dict of str to list of Entry
        By part: bank, competencies, rubric, sources, guesses, questions, exemplars.
    findings : list of Finding
        All that does not fit the schemas. With any finding, `entries` may have gaps.
    """
    entries: dict[str, list[Entry]] = {part: [] for part in (*PARTS, *OPTIONAL, *FOLDERS)}
    findings: list[Finding] = []
    for file, text in texts.items():
        part = file.split("/")[0].removesuffix(".yml")
        if part not in entries:
            findings.append(Finding(file, 1, "", "not a file of a bank", f"files are {_files()}"))
            continue
        node, unreadable = read_yaml(text, file=file)
        values, unfit = (None, []) if unreadable else typed(node, schemas[part], file=file)
        findings.extend([*unreadable, *unfit])
        entries[part].extend(_entries(file, part, node, values))
    missing = [part for part in PARTS if f"{part}.yml" not in texts]
    findings.extend(Finding(f"{part}.yml", 1, "", "the file is missing", "a bank has one") for part in missing)
    return entries, findings


def _files() -> str:
    return ", ".join([*(f"{part}.yml" for part in (*PARTS, *OPTIONAL)), *(f"{folder}/*.yml" for folder in FOLDERS)])


def _entries(file: str, part: str, node: Node | None, values: dict | None) -> Iterator[Entry]:
    if not values:
        return
    if part in ("bank", "rubric"):
        yield Entry(file, node, values)
    else:
        pairs = zip(node.value[part].value, values[part], strict=True)
        yield from (Entry(file, child, value) for child, value in pairs if value is not None)


def build(entries: Mapping[str, list[Entry]]) -> Bank:
    """Build the bank from entries without findings."""
    about = entries["bank"][0].values
    return Bank(
        role=about["role"],
        name=about["name"],
        summary=about["summary"],
        rubric=_rubric(entries["rubric"][0].values),
        competency_by_id={e.values["id"]: Competency(**e.values) for e in entries["competencies"]},
        question_by_id={question.id: question for question in _questions(entries)},
        exemplar_by_id={e.values["id"]: Exemplar(**e.values) for e in entries["exemplars"]},
        source_by_key={e.values["key"]: Source(**e.values) for e in entries["sources"]},
        ask=about.get("ask", ()),
        guesses=tuple(Rule(**e.values) for e in entries["guesses"]),
        licence=about["licence"],
        outdated=about.get("outdated", ()),
        quotas=about.get("quotas", ()),
    )


def _questions(entries: Mapping[str, list[Entry]]) -> list[Question]:
    return in_order(
        (_question(entry.values) for entry in entries["questions"]),
        [entry.values["id"] for entry in entries["competencies"]],
    )


def in_order(questions: Iterable[Question], competencies: Iterable[str]) -> list[Question]:
    """Give questions as a bank has them: those without a competency first, then by competency."""
    order = [None, *competencies]
    return sorted(questions, key=lambda question: order.index(question.competency))


def _question(values: dict) -> Question:
    points = tuple(KeyPoint(**point) for point in values.get("key_points", ()))
    return Question(**(values | {"key_points": points}))


def _rubric(values: dict) -> Rubric:
    return Rubric(
        criteria=tuple(Criterion(**row) for row in values["criteria"]),
        weightings=tuple(_weighting(row) for row in values["weightings"]),
        gate=Gate(**values["gate"]),
        bands=tuple(Band(**row) for row in values["bands"]),
    )


def _weighting(values: dict) -> Weighting:
    return Weighting(**(values | {"frame": tuple(Step(**step) for step in values["frame"])}))
