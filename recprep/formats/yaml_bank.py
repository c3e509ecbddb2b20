"""A bank as a folder of plain YAML files, the workbook's own format: written here, read by `recprep.core.bank`.

What is written is read back exactly, but for comments. `data/README.md` explains every field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from recprep.core.bank import Bank

NAME = "yaml-bank"
ABOUT = "the workbook's own format: a folder of YAML files, one bank"

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
