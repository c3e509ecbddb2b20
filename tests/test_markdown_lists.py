"""Questions in other Markdown files: lists, nested lists, answers below, beside or hidden, tables; all else is left out."""

from __future__ import annotations

import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.imported import Imported, ImportedQuestion
from recprep.formats import asking, decoding
from recprep.formats.asking import NO_QUESTIONS, NOT_ASKED, ONLY_A_LINK, TWICE
from recprep.formats.markdown_lists import MOST_LINES, NO_COLUMN, TOO_MANY_LINES, read, recognises


def found(text: str | bytes, place: str = "baker.md") -> Imported:
    return read(textwrap.dedent(text) if isinstance(text, str) else text, place=place)


def questions(text: str | bytes) -> tuple[ImportedQuestion, ...]:
    [role] = found(text).roles
    return role.questions


def prompts(text: str) -> list[str]:
    return [question.prompt for question in questions(text)]


def topics(text: str) -> list[tuple[str, str | None]]:
    return [(question.prompt, question.topic) for question in questions(text)]


def answers(text: str) -> list[tuple[str, str | None]]:
    return [(question.prompt, question.answer) for question in questions(text)]


def reasons(text: str) -> list[tuple[int, str, str]]:
    return [(left.line, left.why, left.begins) for left in found(text).left_out]


@pytest.mark.parametrize(
    "text",
    [
        "1. Why rye?\n2. Describe a starter.\n",
        "1) Why rye?\n2) Describe a starter.",
        "- Why rye?\n- Describe a starter.",
        "* [ ] Why rye?\n* [x] Describe a starter.",
        "+ **Why rye?**\n+ __Describe a starter.__",
        "- Q1: Why rye?\n- Q2. Describe a starter.",
        "> 1. Why rye?\n> 2. Describe a starter.",
        "# Baker\n\nAll that we ask.\n\n1. Why\n   rye?\n2. Describe\n   a starter.",
        "1. ## Why rye?\n2. ## Describe a starter.",
        "**1. Why rye?**\n\n**2. Describe a starter.**",
        "Q: Why rye?\n\nQ: Describe a starter.",
        "## 1. Why rye?\n\n## 2. Describe a starter.",
        "| No | Question |\n|---|---|\n| 1 | Why rye? |\n| 2 | Describe a starter. |",
        "<details><summary>Why rye?</summary></details>\n<details><summary>Describe a starter.</summary></details>",
    ],
)
def test_questions_are_found_in_any_kind_of_list(text: str):
    assert prompts(text) == ["Why rye?", "Describe a starter."]


@pytest.mark.parametrize(
    ("title", "place", "name"),
    [
        ("# Top 50 Baker Interview Questions (and Answers)", "x.md", "Baker"),
        ("# Baker: Interview Questions", "x.md", "Baker"),
        ("# Questions for a Baker", "night_baker-questions.md", "night baker"),
        ("# Interview Questions", "food/Night_Baker.md", "Night Baker"),
        ("# Night Baker 🥖", "x.md", "Night Baker 🥖"),
        ("Night Baker\n===========", "x.md", "Night Baker"),
        ("", "food/night-baker.md", "night baker"),
        ("", "Interview Questions.md", "Interview Questions"),
    ],
)
def test_the_role_is_called_as_the_title_or_the_file(title: str, place: str, name: str):
    [role] = read(f"{title}\n\n1. Why rye?", place=place).roles
    assert (role.name, role.place, role.source_id) == (name, place, None)


def test_the_paragraph_below_the_title_describes_the_role():
    [role] = found("# Baker\n\nBakes **bread**.\n\n- Why rye?").roles
    assert role.description == "Bakes bread."
    [role] = found("# Baker\n\n[![badge](x.png)](https://example.org)\n\n- Why rye?").roles
    assert role.description is None


def test_a_section_becomes_the_topic():
    text = """\
        # Baker
        - Why rye?
        ## Dough 🥖
        - How do you knead?
        ### Sour
        - What is a starter?
        ## Oven
        - How hot?
        """
    assert topics(text) == [
        ("Why rye?", None),
        ("How do you knead?", "Dough 🥖"),
        ("What is a starter?", "Sour"),
        ("How hot?", "Oven"),
    ]


def test_an_item_with_questions_below_it_becomes_their_topic():
    text = """\
        - Dough:
          - How do you knead?
          - Sour
            - What is a starter?
        - Oven
          1. How hot?
        """
    assert topics(text) == [("How do you knead?", "Dough"), ("What is a starter?", "Sour"), ("How hot?", "Oven")]


@pytest.mark.parametrize(
    "text",
    [
        "**Why rye?**\n\nIt keeps *long*.\n\n- and well\n\n**Next one?**",
        "**Why rye?**\nIt keeps *long*.\n\n- and well\n\n---\n\n**Next one?**",
        "**Q1: Why rye?**\n\n**A:** It keeps *long*.\n\n- and well\n\n**Q2: Next one?**",
        "Q: Why rye?\nA: It keeps *long*.\n\n- and well\n\nQ: Next one?",
        "**Q1.** Why rye?\n\n**Answer:** It keeps *long*.\n\n- and well\n\n**Q2.** Next one?",
        "1. Why rye?\n\n   It keeps *long*.\n\n   - and well\n2. Next one?",
        "1. **Why rye?** It keeps *long*.\n\n   - and well\n2. **Next one?**",
        "1. Why rye?\n   It keeps *long*.\n\n   - and well\n2. Next one?",
        "- ### Why rye?\n\n  It keeps *long*.\n\n  - and well\n- ### Next one?",
        "### 1. Why rye?\n\nIt keeps *long*.\n\n- and well\n\n### 2. Next one?",
        "<details>\n<summary><b>1. Why rye?</b></summary>\n\nIt keeps *long*.\n\n- and well\n\n</details>\n\n- Next one?",
        "<details><summary>Why rye?</summary>It keeps *long*.\n\n- and well</details><details><summary>Next one?</summary></details>",
        "- <details><summary>Why rye?</summary>\n\n  It keeps *long*.\n\n  - and well\n  </details>\n- Next one?",
    ],
)  # fmt: skip
def test_what_stands_below_a_question_is_its_answer(text: str):
    assert answers(text) == [("Why rye?", "It keeps *long*.\n\n- and well"), ("Next one?", None)]


def test_a_long_answer_on_the_line_of_its_question_is_taken_apart():
    assert answers("- Why rye? " + "It keeps long. " * 5) == [("Why rye?", ("It keeps long. " * 5).strip())]
    assert answers("- Why rye? Explain it briefly.") == [("Why rye? Explain it briefly.", None)]
    assert answers("- You are out of rye. What do you do? Who hears of it?") == [
        ("You are out of rye. What do you do? Who hears of it?", None)
    ]


def test_a_heading_that_asks_and_has_questions_below_is_a_topic():
    text = "## Ready for the dough?\n\n1. How do you knead?\n2. How long?\n\n## Why rye?\n\nIt keeps."
    assert topics(text) == [
        ("How do you knead?", "Ready for the dough?"),
        ("How long?", "Ready for the dough?"),
        ("Why rye?", "Ready for the dough?"),
    ]


def test_below_a_question_only_what_has_a_question_mark_is_another():
    text = """\
        1. What is a starter?

           Flour and water.

           - Is it alive?
           - Describe how it smells.
        2. Why rye?
           - Explain how it keeps.
        """
    assert answers(text) == [
        ("What is a starter?", "Flour and water."),
        ("Is it alive?", None),
        ("Why rye?", "- Explain how it keeps."),
    ]
    assert reasons(text) == [(6, NOT_ASKED, "Describe how it smells.")]


def test_advice_that_is_worded_like_requests_is_no_question():
    advice = "## How to Answer\n\n- Describe the dough first.\n- Give the result.\n\n## {}\n\n- Describe a starter."
    assert prompts("# Baker\n\n" + advice.format("Questions")) == ["Describe a starter."]
    assert found("# Baker\n\n" + advice.format("Oven")).roles == ()


def test_a_table_gives_questions_answers_and_topics():
    text = """\
        ## Dough

        | # | Interview question | Area | Sample answer |
        |---|---|---|---|
        | 1 | Why **rye**? | Flour | It keeps. |
        | 2 | A \\| B? | | |
        | 3 | [More](https://example.org) | | |
        | 4 | Rye | | |
        | 5 |

        | Flour | Price |
        |---|---|
        | Rye | 2 |
        """
    assert questions(text) == (
        ImportedQuestion("Why rye?", 5, "Flour", "It keeps."),
        ImportedQuestion("A | B?", 6, "Dough", None),
    )
    assert reasons(text) == [
        (7, ONLY_A_LINK, ""),
        (8, NOT_ASKED, "Rye"),
        (9, NOT_ASKED, ""),
        (11, NO_COLUMN, "Flour | Price"),
    ]


@pytest.mark.parametrize("head", ["Question", "PROMPT", "What we ask", "Interview Questions", "Q"])
def test_the_column_of_questions_goes_by_several_names(head: str):
    assert prompts(f"| Nr | {head} |\n|---|---|\n| 1 | Tell me all |") == ["Tell me all"]


def test_hidden_answers_inside_a_topic_are_found_with_their_lines():
    text = """\
        # Baker

        10. <details><summary>Dough</summary>

            1. How do you knead?

            <details>
            <summary>Why <code>rye</code>?</summary>
            It keeps.
            </details>

            1. How long?
            </details>
        11. Next one?
        """
    assert questions(text) == (
        ImportedQuestion("How do you knead?", 5, "Dough", None),
        ImportedQuestion("Why rye?", 7, "Dough", "It keeps."),
        ImportedQuestion("How long?", 12, "Dough", None),
        ImportedQuestion("Next one?", 14, None, None, None),
    )


def test_a_hidden_answer_without_a_summary_is_only_a_wrapping():
    text = "<details>\n<details><summary>Why rye?</summary>It keeps.</details>\n</details>"
    assert questions(text) == (ImportedQuestion("Why rye?", 2, None, "It keeps."),)


def test_a_request_in_bold_below_a_question_is_part_of_its_answer():
    assert answers("## Why rye?\n\n**Explain how it keeps**\n\nIt does.") == [
        ("Why rye?", "**Explain how it keeps**\n\nIt does.")
    ]


def test_what_is_left_out_is_told_with_its_line_and_reason():
    text = """\
        - [Why rye?](#why-rye)
        - Bring your apron
        - Why rye?
        - Why rye?
        - How long?
          - Why rye?
        - {}?
        """.format("Why " * 200)
    assert prompts(text) == ["Why rye?", "How long?"]
    assert reasons(text) == [
        (1, ONLY_A_LINK, ""),
        (2, NOT_ASKED, "Bring your apron"),
        (4, TWICE, "Why rye?"),
        (6, TWICE, "Why rye?"),
        (7, asking.TOO_LONG, "Why " * 19 + "…"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Just a page.\n\nAre you ready?",
        "# Why bread?\n\nBecause.",
        "```\n1. Why rye?\n```",
        "<!--\n1. Why rye?\n-->",
        "- How to bake\n- What to bring",
        "1. **Field one**\r\n2. **Field two**\r\n",
    ],
)
def test_a_file_without_questions_is_said_to_have_none(text: str):
    assert found(text).roles == ()
    assert found(text).left_out[-1] == ("baker.md", 0, NO_QUESTIONS, "")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", decoding.EMPTY),
        (b"\x89PNG\r\n\x1a\n\0", decoding.NO_TEXT),
        (b"- a?\n" * (MOST_LINES + 1), TOO_MANY_LINES),
        (b"a" * (decoding.MOST_BYTES + 1), decoding.TOO_LARGE.format(2)),
    ],
)
def test_a_file_that_is_something_else_is_refused_calmly(content: bytes, why: str):
    assert found(content) == Imported(left_out=(("baker.md", 0, why, ""),))


def test_any_text_may_be_a_list():
    assert recognises("- Why rye?".encode("utf-16"))
    assert not recognises(b"\0\1")


def test_other_encodings_are_read_and_noted():
    imported = found("- Warum Brötchen?\r\n- Wieso?".encode("cp1252"))
    assert [question.prompt for question in imported.roles[0].questions] == ["Warum Brötchen?", "Wieso?"]
    assert imported.notes == ("baker.md: it is not UTF-8, so it was read as Windows-1252: look at its accents.",)


@given(st.lists(st.sampled_from([
    "- Why?", "  - Who is it?", "1. Where?", "   text", "## A", "## B?", "**C?**", "Q: D?", "A: e", "| question |", "|---|", "| F? |", "<details>", "</details>",
    "<summary>G?</summary>", "<details><summary>H</summary>", "> I?", "> - J?", "```", "---", "", "", "[k](l)", "- [m](n)", "***", "<!--", "-->", "\t- O?", "====",
]), max_size=20))  # fmt: skip
def test_any_mixture_of_marks_gives_sound_questions(lines: list[str]):
    imported = found("\n".join(lines))
    for question in [question for role in imported.roles for question in role.questions]:
        assert asking.asks(question.prompt)
        assert 1 <= question.line <= len(lines)
        assert question.answer is None or question.answer.strip()
    assert all(0 <= left.line <= len(lines) for left in imported.left_out)


@given(st.one_of(st.binary(max_size=300), st.text(st.characters(codec=None), max_size=300)))
def test_nothing_is_too_much(content: bytes | str):
    found(content)


@pytest.mark.parametrize(
    "flood",
    ["[", ">", "> ", "- ", "<details>\n\n", "<details><summary>a</summary>\n\n- b?\n</details>\n\n", "**a?**\n\n", "**a", "_a ", "`", "## a?\n",
     "# a?\n## b?\n### c?\n#### d?\n##### e?\n###### f?\n", "|a", "- # a?\n  x\n", "> - a?\n> - b?\n\n", "<summary>", "<a href=", "&amp;", "- " * 30 + "a?\n"],
)  # fmt: skip
def test_a_flood_ends_and_twice_the_flood_takes_about_twice_as_long(flood: str):
    def seconds(characters: int) -> float:
        begun = time.process_time()
        found(flood * (characters // len(flood)))
        return time.process_time() - begun

    once = min(seconds(8_000) for _ in range(2))
    assert seconds(32_000) < 0.5 + 12 * once


@pytest.mark.parametrize("mark", ["# ", "- ", "**", "Q: ", "| question |\n|---|\n| ", "<details><summary>", ""])
@pytest.mark.parametrize("line", ["!", "! ", "1 ", "a interview ", "a? ", " ."])
def test_a_line_without_end_ends(mark: str, line: str):
    begun = time.process_time()
    found(mark + line * (200_000 // len(line)))
    assert time.process_time() - begun < 5


def test_lists_nested_without_end_end():
    deep = "".join("  " * level + f"- is it {level}?\n" for level in range(300))
    assert 1 <= len(questions(deep)) <= 300
