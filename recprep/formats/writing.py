"""The formats that a bank can be written in, and what each of them leaves out.

A format that can be written is a module of this room with `NAME`, `ABOUT`, `ENDING`, `LEAVES_OUT` and `write(bank)`,
which gives the bytes of a file. The workbook's own is a folder, which `yaml_bank.write` fills.
"""

from __future__ import annotations

from types import ModuleType

from recprep.core.bank import Bank
from recprep.formats import (
    anki_package,
    csv_table,
    gift,
    jupyterquiz_json,
    moodle_xml,
    qti,
    study_sheet,
    tsv_table,
    xlsx_table,
    yaml_bank,
)

_FILES = (
    study_sheet, csv_table, tsv_table, xlsx_table, gift, moodle_xml, anki_package, jupyterquiz_json, qti,
)  # fmt: skip
FORMATS: dict[str, ModuleType] = {module.NAME: module for module in _FILES}

LEFT = {
    "rubric": "the rubric",
    "competencies": "what is said of each competency",
    "sources": "the addresses of the sources",
    "exemplars": "the sample answers to score",
}


def known() -> dict[str, str]:
    """Give the name of each format that can be written, and what it is."""
    return {module.NAME: module.ABOUT for module in (yaml_bank, *FORMATS.values())}


def left_out(bank: Bank, name: str) -> list[str]:
    """Say what a format cannot carry of a bank, in sentences; nothing when it carries all.

    Parameters
    ----------
    bank : Bank
    name : str
        One of `FORMATS`.
    """
    module = FORMATS[name]
    there = {
        "rubric": True,
        "competencies": bool(bank.competency_by_id),
        "sources": bool(bank.source_by_key),
        "exemplars": bool(bank.exemplar_by_id),
    }
    parts = [LEFT[part] for part in module.LEAVES_OUT if there[part]]
    if hasattr(module, "unsaid"):
        parts += [f"the {field} of each question" for field in module.unsaid(bank)]
    told = [f"This format has no place for {_listed(parts)}: left out."] if parts else []
    if hasattr(module, "unfit") and (unfit := module.unfit(bank))[0]:
        told.append(f"Left out: {unfit[0]:,} of {len(bank.question_by_id):,} questions, {unfit[1]}.")
    return told


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
