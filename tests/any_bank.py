"""Banks that say anything a bank can hold, and what one of their questions says, for tests of formats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bank_files import bank_texts
from hypothesis import strategies as st

from recprep.core.bank import Bank, build, in_order, read_entries
from recprep.core.carried import said_of
from recprep.core.imported import ImportedQuestion
from recprep.core.models import KINDS, SENIORITIES, KeyPoint, Question
from recprep.storage.library import schemas

HOSTILE = (
    "=1+1", "'=1+1", "@SUM(A1)", "+1", "-1", "\\", "\\n", "{}", "}{", "::", ":::x", "####", "//", "$CATEGORY: x", "~%50%a",
    "<script>alert(1)</script>", "<b>bold</b>", "&amp;", "&#10;", "]]>", "<![CDATA[x]]>", "{{Front}}", "[sound:x.mp3]",
    "- a", "- [essential] x", "[essential] y", "• z", "1. one", "**Pitfalls**", "**Kind** x", "> quoted", "# head",
    "### What?", "a | b", '"', '""', "'", ";", ",", "\t", "sep=;", "$x$", "\\(x\\)", "___", "...", "%", "_x000D_", "a\n\nb",
    "a\n- b\n\n**Rubric**\nc", "שלום", "👩🏽‍⚕️", "e\u0301", "\u2028", "\u200b", "\xa0", "x" * 250,
)  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXTS = (
    (st.text(CHARACTERS | st.just("\n"), min_size=1, max_size=40) | st.sampled_from(HOSTILE))
    .flatmap(lambda one: st.sampled_from([one, f"x {one}", f"{one} y", f"x\n{one}\ny"]))
    .map(lambda text: text.strip() or "?")
)
PROMPTS = TEXTS
POINTS = st.builds(KeyPoint, text=TEXTS, essential=st.booleans())


@st.composite
def questions(draw: st.DrawFn) -> list[Question]:
    """Give a few questions whose prompts differ."""
    prompts = draw(st.lists(PROMPTS, min_size=1, max_size=4, unique_by=lambda text: " ".join(text.split())))
    return [draw(_question(number, prompt)) for number, prompt in enumerate(prompts)]


def _question(number: int, prompt: str) -> st.SearchStrategy[Question]:
    some = st.lists(TEXTS, max_size=3).map(tuple)
    text = st.just("") | TEXTS
    return st.builds(
        Question,
        id=st.just(f"question-{number}"),
        prompt=st.just(prompt),
        kind=st.sampled_from(KINDS),
        seniority=st.none() | st.sampled_from(SENIORITIES),
        minutes=st.integers(1, 10),
        competency=st.sampled_from([None, "flying", "landing"]),
        jurisdiction=st.none() | st.just("uk"),
        sector=st.none() | st.just("archives"),
        listening_for=text,
        key_points=st.lists(POINTS, max_size=3).map(tuple),
        strong_answer=text,
        weak_answer=text,
        why_weak=text,
        pitfalls=some,
        follow_ups=some,
        material=st.none() | TEXTS,
    )


BANKS = st.builds(
    lambda asked, name: _bank(asked, " ".join(name.split())[:80] or "Pilot"),
    questions(),
    TEXTS.map(lambda text: text[:30]),
)


def small_bank() -> Bank:
    """Give the bank of `bank_files`."""
    entries, findings = read_entries(bank_texts(), schemas())
    assert not findings
    return build(entries)


def _bank(asked: list[Question], name: str) -> Bank:
    base = small_bank()
    ordered = in_order(asked, base.competency_by_id)
    return replace(
        base, name=name.strip() or "Pilot", question_by_id={one.id: one for one in ordered}, exemplar_by_id={}
    )


def told(question: ImportedQuestion) -> dict[str, Any]:
    """Give what a question just read says, with its prompt, as `said_of` gives it of the one that was written."""
    return {"prompt": question.prompt, **(question.said or {})}


def told_of(bank: Bank) -> list[dict[str, Any]]:
    """Give what each question of a bank says."""
    return [said_of(question) for question in bank.question_by_id.values()]
