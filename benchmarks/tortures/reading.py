"""Mutated files for every reader."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path

from recprep.core.bank import Bank
from recprep.core.carried import said_of
from recprep.core.imported import Imported
from recprep.formats import recognising, writing, yaml_bank
from recprep.storage.library import load_bank, schemas
from tortures.common import FaultError, require

FILES = 100_000


def reading(folder: Path, times: float, dice: random.Random) -> str:
    """Give mutated files to every reader."""
    found = readers()
    names, rounds, seen = list(found), max(50, round(FILES * times)), Counter()
    for number in range(rounds):
        name = names[number % len(names)]
        try:
            told = read(name, _mutated(dice.choice(found[name]), dice))
        except Exception as error:
            message = f"{name}, file {number}: {type(error).__name__}: {error}"
            raise FaultError(message) from error
        seen[bool(told.roles)] += 1
    told = f"{seen[True]:,} gave questions, {seen[False]:,} a sentence"
    return f"{rounds:,} mutated files for {len(names)} readers: {told}"


def readers() -> dict[str, list[bytes]]:
    """Give the name of every reader, with files that it reads whole."""
    small = _small_bank()
    found = {name: [module.write(small)] for name, module in writing.FORMATS.items() if name in recognising.FORMATS}
    found |= {name: [_page(small)] for name in recognising.FORMATS if name not in found}
    return found | {yaml_bank.NAME: list(_bank_files().values())}


def read(name: str, content: bytes) -> Imported:
    """Read a file; for a bank in YAML, as whichever of its files it looks like, beside the sound others."""
    if name == yaml_bank.NAME:
        files = _bank_files()
        part = next((part for part, whole in files.items() if whole[:8] == content[:8]), "rubric.yml")
        told = yaml_bank.read({**files, part: content}, place="x", schemas=schemas())
    else:
        told = recognising.FORMATS[name].read(content, place="x")
    require(isinstance(told, Imported) and bool(told.roles or told.left_out), f"{name} said nothing")
    return told


@cache
def _small_bank() -> Bank:
    bank = load_bank()
    few = dict(list(bank.question_by_id.items())[:4])
    return Bank(**{**_fields(bank), "question_by_id": few, "exemplar_by_id": {}})


@cache
def _bank_files() -> dict[str, bytes]:
    return {name: text.encode() for name, text in yaml_bank.texts(_small_bank()).items()}


def _fields(bank: object) -> dict:
    return {name: getattr(bank, name) for name in bank.__dataclass_fields__}


def _page(bank: object) -> bytes:
    listed = "\n".join(f"{n}. {said_of(one)['prompt']}" for n, one in enumerate(bank.question_by_id.values(), start=1))
    return f"# {bank.name} Interview Prep\n\nWelcome.\n\n## 📝 Sample Questions\n\n{listed}\n".encode()


def _mutated(content: bytes, dice: random.Random) -> bytes:
    told = bytearray(content[: dice.choice((len(content), len(content), 3_000))])
    for _ in range(dice.choice((1, 2, 5, 30))):
        at = dice.randrange(len(told) + 1)
        kind = dice.randrange(5)
        if kind == 0 and at < len(told):
            told[at] = dice.randrange(256)
        elif kind == 1:
            del told[at : at + dice.randrange(200)]
        elif kind == 2:
            told[at:at] = dice.randbytes(dice.randrange(30))
        elif kind == 3:
            told[at:at] = dice.choice(PIECES) * dice.choice((1, 3, 500))
        else:
            begin = dice.randrange(len(told) + 1)
            told[at:at] = told[begin : begin + dice.randrange(300)]
    return bytes(told)


PIECES = [
    piece.encode()
    for piece in (
        "{", "}", "[", "]", "<", "</", "<![CDATA[", "]]>", "&", "&#0;", "\\", '"', "'", "\n\n", "\r", "\t", "::",
        "####", "->", "~", "=", "%", "- ", "> ", "**", "```", "|", ",", ";", "\u2028", "\ufeff", "\x00", "null",
    )
]  # fmt: skip
