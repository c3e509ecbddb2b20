"""The study sheet in Markdown: it reads well, and what somebody writes into it is read back."""

from __future__ import annotations

import pytest
from any_bank import small_bank, told
from markdown_it import MarkdownIt

from recprep.formats import asking, guide_text, study_sheet
from recprep.storage.library import load_bank

SHEET = f"""# Harbour Pilot

{study_sheet.MARK}

> Brings ships
> in and out.

## Tides

### Why does the \\*tide\\* turn?

**Kind** knowledge · **Minutes** 3

**Key points**

- [essential] The moon.
- The sun.

**A strong answer**

> Because the moon
>
> pulls.

### What do you read first?
"""


def read(text: str):
    imported = study_sheet.read(text, place="pilot.md")
    return imported.roles[0] if imported.roles else imported


def test_a_sheet_is_read_by_its_headings():
    role = read(SHEET)
    assert (role.name, role.description) == ("Harbour Pilot", "Brings ships\nin and out.")
    first, second = role.questions
    assert told(first) == {
        "prompt": "Why does the *tide* turn?",
        "kind": "knowledge",
        "minutes": 3,
        "key_points": [{"text": "The moon.", "essential": True}, {"text": "The sun."}],
        "strong_answer": "Because the moon\n\npulls.",
    }
    assert (first.topic, first.line, second.said) == ("Tides", 10, None)


def test_what_a_person_writes_into_it_without_marks_is_read_too():
    edited = SHEET.replace("> Because the moon\n>\n> pulls.", "It is the moon.\n\nReally.\n\n**Pitfalls**\n\nGuessing.")
    said = told(read(edited).questions[0])
    assert (said["strong_answer"], said["pitfalls"]) == ("It is the moon.\n\nReally.", ["Guessing."])


def test_a_part_of_another_name_is_passed_over():
    said = told(read(SHEET.replace("**A strong answer**", "**My own notes**")).questions[0])
    assert "strong_answer" not in said
    assert "minutes" in said


def test_the_same_question_twice_is_read_once():
    [left] = study_sheet.read(SHEET + "\n### What do you read first?\n", place="pilot.md").left_out
    assert (left.line, left.why) == (27, asking.TWICE)


def test_a_question_that_is_too_long_or_empty_is_left_out():
    left = study_sheet.read(f"{SHEET}\n### {'Why ' * 200}\n\n### \n", place="pilot.md").left_out
    assert [one.why for one in left] == [asking.TOO_LONG, study_sheet.NO_PROMPT]


def test_a_sheet_of_nothing_but_headings_is_refused():
    left = read(study_sheet.MARK + "\n### a" * 30_000).left_out
    assert [one.why for one in left] == [study_sheet.TOO_MANY_HEADINGS]


def test_a_sheet_without_questions_is_said_to_have_none():
    assert read(f"# Nothing\n\n{study_sheet.MARK}\n").left_out[-1].why == asking.NO_QUESTIONS


def test_it_is_markdown_with_a_heading_for_each_question_and_no_html_but_its_mark():
    bank = load_bank()
    tokens = MarkdownIt().parse(study_sheet.write(bank).decode())
    heads = [tokens[n + 1] for n, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h3"]
    shown = ["".join(part.content or "" for part in head.children) for head in heads]
    assert shown == [" ".join(one.prompt.split()) for one in bank.question_by_id.values()]
    assert [token.content.strip() for token in tokens if token.type == "html_block"] == [study_sheet.MARK]


def test_sources_are_named_for_a_reader_and_read_back_by_their_keys():
    bank = load_bank()
    question = bank.question_by_id["retention-invoice-date"]
    text = study_sheet.write(bank).decode()
    source = bank.source_by_key[question.sources[0]]
    assert f"- {source.key}: {source.title}" in text
    assert told(next(one for one in read(text).questions if one.said["id"] == question.id))["sources"] == list(
        question.sources
    )


@pytest.mark.parametrize("text", ["", "Some notes.", "**Other**\n\nthings", "**Pitfalls**\n\n"])
def test_a_text_without_a_guide_has_none(text):
    assert guide_text.read(text) is None


def test_the_small_bank_is_written_as_a_person_would():
    text = study_sheet.write(small_bank()).decode()
    assert text.startswith("# Test Pilot\n\n<!--")
    assert "\n## Flying\n" in text
    assert "**Kind** knowledge · **Competency** flying · " in text
