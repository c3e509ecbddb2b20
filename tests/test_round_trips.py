"""What is written in a format is read back as it was, whatever it says; and the same file gives the same role again."""

from __future__ import annotations

from types import ModuleType

import pytest
from any_bank import BANKS, told, told_of
from hypothesis import given, settings
from hypothesis import strategies as st

from recprep.core.bank import Bank
from recprep.formats import jupyterquiz_json, recognising, writing, yaml_bank
from recprep.storage.library import load_bank, schemas

BOTH_WAYS = [module for name, module in recognising.FORMATS.items() if name in writing.FORMATS]
DATED = ("xlsx", "anki")  # what they write says when it was written

formats = pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.NAME)


def fits(form: ModuleType, said: dict) -> bool:
    return form is not jupyterquiz_json or bool(said.get("strong_answer") and said.get("weak_answer"))


def read_back(form: ModuleType, bank: Bank) -> list[dict]:
    imported = form.read(form.write(bank), place=f"any{form.ENDING}")
    if not imported.roles:
        return []
    [role] = imported.roles
    assert role.name == bank.name
    assert imported.left_out == ()
    return [told(question) for question in role.questions]


@formats
@settings(max_examples=25)
@given(BANKS)
def test_any_bank_is_read_back_as_it_was(form, bank):
    assert read_back(form, bank) == [said for said in told_of(bank) if fits(form, said)]


@formats
def test_the_shipped_bank_is_read_back_as_it_was(form):
    bank = load_bank()
    assert read_back(form, bank) == told_of(bank)


@formats
def test_what_is_written_is_recognised(form, tmp_path):
    (tmp_path / f"x{form.ENDING}").write_bytes(form.write(load_bank()))
    assert recognising.find(tmp_path).format == form.NAME


@settings(max_examples=25)
@given(BANKS)
def test_a_bank_of_the_workbooks_own_is_read_back_with_all_that_belongs_to_it(bank):
    files = {name: text.encode() for name, text in yaml_bank.texts(bank).items()}
    [role] = yaml_bank.read(files, place="any", schemas=schemas()).roles
    assert [told(question) for question in role.questions] == told_of(bank)
    assert role.rest.keys() == {name for name in files if not name.startswith("questions/")}


@settings(max_examples=10)
@given(BANKS, st.sampled_from([form for form in BOTH_WAYS if form.NAME not in DATED]))
def test_the_same_bank_is_written_the_same(bank, form):
    assert form.write(bank) == form.write(bank)
