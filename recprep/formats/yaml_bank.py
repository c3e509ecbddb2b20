"""A bank as a folder of plain YAML files, the workbook's own format: with rubric, competencies, sample answers and all.

What is written is read back exactly, but for comments. `data/README.md` explains every field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from recprep.core.bank import Bank, build, read_entries
from recprep.core.carried import asked, said_of
from recprep.core.imported import Imported, ImportedRole, LeftOut
from recprep.core.lint import structure
from recprep.formats import asking

NAME = "yaml-bank"
ABOUT = "the workbook's own format: a folder of YAML files with a bank.yml in it"
ABOUT_FILE = "bank.yml"
LEAVES_OUT = ()

FAULTY = "it has a fault, and a bank with faults is not imported: `recprep check FOLDER` names all of them"
NOT_UTF8 = "it is not UTF-8 text, and a bank with faults is not imported"

WIDTH = 100
NO_COMPETENCY = "general"


def write(bank: Bank, folder: Path) -> None:
    """Write the files of a bank into a folder that exists; files of other names stay as they are.

    Parameters
    ----------
    bank : Bank
    folder : pathlib.Path
    """
    for name, text in texts(bank).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def texts(bank: Bank) -> dict[str, str]:
    """Give the files of a bank: names relative to its folder, with `/`, and what is in them.

    Parameters
    ----------
    bank : Bank

    Returns
    -------
    dict of str to str
        As `recprep.core.bank.read_entries` takes them.
    """
    parts = {"bank": _said(_about(bank)), "rubric": _said(asdict(bank.rubric))}
    competency_of = {question.id: question.competency for question in bank.question_by_id.values()}
    lists = {
        "competencies": bank.competency_by_id.values(),
        "sources": bank.source_by_key.values(),
        **({"guesses": bank.guesses} if bank.guesses else {}),
        **_by_competency("questions", bank.question_by_id.values(), lambda one: one.competency),
        **_by_competency("exemplars", bank.exemplar_by_id.values(), lambda one: competency_of[one.question]),
    }
    parts |= {name: {name.split("/")[0]: [_said(asdict(one)) for one in some]} for name, some in lists.items()}
    return {f"{name}.yml": _yaml(values) for name, values in parts.items()}


def read(files: Mapping[str, bytes], *, place: str, schemas: Mapping[str, Mapping]) -> Imported:
    """Read a bank.

    Parameters
    ----------
    files : mapping of str to bytes
        What is in each file, by its name relative to the bank's folder, with `/`.
    place : str
        The folder, as seen from where the import began.
    schemas : mapping
        Those of `data/schema`.

    Returns
    -------
    Imported
        One role with competencies and a rubric of its own; none when the bank has any fault.
    """
    texts: dict[str, str] = {}
    for name, content in files.items():
        try:
            texts[name] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return Imported(left_out=(LeftOut(f"{place}/{name}", 0, NOT_UTF8),))
    entries, findings = read_entries(texts, {**schemas, "questions": _with_short_lists(schemas["questions"])})
    if findings := [*findings, *structure(entries)]:
        told = (LeftOut(f"{place}/{one.file}", one.line, FAULTY, f"{one.wrong}: {one.right}") for one in findings)
        return Imported(left_out=tuple(told))
    bank = build(entries)
    line_of = {entry.values["id"]: entry.line() for entry in entries["questions"]}
    questions = tuple(asked(said_of(one), line=line_of[name]) for name, one in bank.question_by_id.items())
    if not questions:
        return Imported(left_out=(LeftOut(place, 0, asking.NO_QUESTIONS),))
    rest = {name: text for name, text in texts.items() if not name.startswith("questions/")}
    return Imported((ImportedRole(bank.name, place, questions, bank.summary, rest=rest),))


def _with_short_lists(schema: Any) -> Any:
    """Give a schema whose lists may be shorter: a person's own guide need not have all that a shipped one promises."""
    if isinstance(schema, Mapping):
        return {name: 0 if name == "minItems" else _with_short_lists(rule) for name, rule in schema.items()}
    return schema


def _about(bank: Bank) -> dict[str, Any]:
    fields = ("role", "name", "summary", "licence", "ask", "outdated", "quotas")
    return {field: getattr(bank, field) for field in fields}


def _by_competency(part: str, items: Iterable, competency: Callable[[Any], str | None]) -> dict[str, list]:
    files: dict[str, list] = {}
    for item in items:
        files.setdefault(f"{part}/{competency(item) or NO_COMPETENCY}", []).append(item)
    return files


def _said(value: Any) -> Any:
    """Give a value without the fields that are left unsaid."""
    if isinstance(value, Mapping):
        said = {name: _said(one) for name, one in value.items()}
        return {name: one for name, one in said.items() if one is not False and one not in (None, "", [])}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value


def _yaml(values: dict[str, Any]) -> str:
    import yaml

    return yaml.dump(values, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=WIDTH)


@cache
def _dumper() -> type:
    """Give a way of writing that knows no anchors, and writes each line of a long text on a line of its own."""
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
        def ignore_aliases(self, data: object) -> bool:
            return True

    def text(dumper: yaml.Dumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, text)
    return Dumper
