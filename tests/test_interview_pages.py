"""Interview pages: the role's true name, its questions in order, the page's id, and every trap of a real collection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from role_pages import OLDER, REQUESTS, SHARED, TRICKY, collection, readme

from recprep.core.imported import Imported, ImportedRole
from recprep.formats import asking, decoding, interview_pages
from recprep.formats.interview_pages import NO_SECTION, NOT_A_PAGE, read, recognises
from recprep.formats.usual_page import parts

PAGE = """\
# Lock Keeper Interview Prep

Welcome to the page for lock keepers! 🚀

A lock keeper lets boats up and down.

## 💡 Before You Go

1. Do you know the way?

## 📌 Sample Questions

1. How do you fill a lock?
2. Describe a day on the canal
3. [🎯 More for lock keepers](https://example.org/practice/18_3_1?from=pages)"""


def role(content: str | bytes) -> ImportedRole:
    [found] = read(content, place="water/locks/keeper.md").roles
    return found


def prompts(content: str | bytes) -> list[str]:
    return [question.prompt for question in role(content).questions]


def listed(items: str) -> str:
    """Give a page with these lines as its list."""
    return PAGE.partition("1. How do you")[0] + items


def reasons(content: str | bytes) -> list[tuple[int, str]]:
    return [(left.line, left.why) for left in read(content, place="x.md").left_out]


def test_a_page_gives_its_role_its_questions_and_its_id():
    assert read(PAGE, place="water/locks/keeper.md") == Imported(
        roles=(
            ImportedRole(
                name="Lock Keeper",
                place="water/locks/keeper.md",
                description="A lock keeper lets boats up and down.",
                source_id="18_3_1",
                questions=(
                    ("How do you fill a lock?", 13, None, None, None),
                    ("Describe a day on the canal", 14, None, None, None),
                ),
            ),
        ),
        left_out=(("water/locks/keeper.md", 15, asking.ONLY_A_LINK, ""),),
    )
    assert role(PAGE).folders == ("water", "locks")


def test_a_whole_collection_is_read_completely():
    pages = list(collection(roles=600, seed=3))
    for page in pages:
        found = read(page.text.encode(), place=page.place)
        [one] = found.roles
        assert (one.name, one.description, one.source_id) == (page.name, page.description, page.source_id)
        assert tuple(question.prompt for question in one.questions) == page.prompts
        lines = page.text.split("\n")
        assert all(lines[question.line - 1].endswith(question.prompt) for question in one.questions)
        assert [left.why for left in found.left_out] == [asking.ONLY_A_LINK]


def test_the_collection_of_the_tests_has_the_traps_of_a_real_one():
    pages = list(collection())
    names = [page.name for page in pages]
    asked = [prompt for page in pages for prompt in page.prompts]
    assert len(pages) == len({page.place for page in pages}) == 4460
    assert sum(names.count(name) > 1 for name in set(names[-SHARED:])) == SHARED
    assert not any(page.text.endswith("\n") for page in pages)
    assert sum(page.description is None for page in pages) / 4460 == pytest.approx(OLDER, abs=0.02)
    assert sum("?" not in prompt for prompt in asked) / len(asked) == pytest.approx(REQUESTS, abs=0.01)
    assert 9_000_000 < sum(len(page.text.encode()) for page in pages) < 13_000_000
    assert set(TRICKY) <= set(names)
    assert not any(re.search(r"[#()\[\]]|[^\x00-\x7f]", page.place) for page in pages)


def test_the_large_page_at_the_top_has_no_questions_and_it_is_said():
    text = readme(list(collection(roles=300)))
    assert "\r\n" in text
    assert read(text.encode(), place="README.md") == Imported(left_out=(("README.md", 0, NOT_A_PAGE, ""),))
    assert not recognises(text)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("# C# Developer Interview Prep", "C# Developer"),
        (r"# C\# Developer Interview Prep", "C# Developer"),
        ("# C++ / .NET Developer Interview Prep #", "C++ / .NET Developer"),
        ("# .NET Tester Interview Prep", ".NET Tester"),
        ("# UI/UX Designer Interview Prep", "UI/UX Designer"),
        ("# Maître d'Hôtel Interview Prep", "Maître d'Hôtel"),
        ("# Cafe\u0301 Owner Interview Prep", "Café Owner"),
        ("# Nurse (ICU) Interview Prep", "Nurse (ICU)"),
        (r"# Producer \[Contract\] Interview Prep", "Producer [Contract]"),
        ("# Producer [Contract] Interview Prep", "Producer [Contract]"),
        ("# R&amp;D Chemist Interview Prep", "R&D Chemist"),
        ("# 🎯 Nurse Interview Prep 🎯", "Nurse"),
        ("# 👩‍⚕️ **Nurse** Interview Prep!", "Nurse"),
        ("# 👮 Officer – Interview Prep", "Officer"),
        ("#👮 Officer Interview Prep", "Officer"),
        ("#   Nurse   interview   PREP", "Nurse"),
        ("# Interview Prep Coach Interview Prep", "Interview Prep Coach"),
        ("# Nurse Interview Preparation", "Nurse"),
        ("# Nurse\u202e \x07Aide\u200b Interview Prep", "Nurse Aide"),
        ("# " + "Very " * 30 + "Senior Nurse Interview Prep", "Very " * 15 + "…"),
    ],
)
def test_the_heading_holds_the_true_name(heading: str, name: str):
    assert role(PAGE.replace("# Lock Keeper Interview Prep", heading, 1)).name == name


@pytest.mark.parametrize(
    "heading",
    ["# Interview Prep", "# 🎯 Interview Prep", "# Lock Keeper", "## Lock Keeper Interview Prep", "", "# Prep"],
)
def test_without_a_role_in_its_first_heading_it_is_no_page(heading: str):
    text = PAGE.replace("# Lock Keeper Interview Prep", heading, 1)
    assert read(text, place="x.md") == Imported(left_out=(("x.md", 0, NOT_A_PAGE, ""),))
    assert not recognises(text)


@pytest.mark.parametrize(
    ("head", "description"),
    [
        ("Welcome to all!\n\nKeeps locks.\n\nAnd gates, **too**.", "Keeps locks.\n\nAnd gates, too."),
        ("**Welcome** to all! 🚀", None),
        ("Welcome to all!\nKeeps locks.", "Keeps locks."),
        ("Welcome, this page is\nfor lock keepers.\n\nKeeps locks.", "Keeps locks."),
        ("Keeps locks.", "Keeps locks."),
        (
            "Welcome!\n\n[![badge](https://example.org/b.svg)](https://example.org)\n\n---\n\nKeeps locks.",
            "Keeps locks.",
        ),
        ("", None),
    ],
)
def test_the_paragraph_on_the_role_is_kept_where_there_is_one(head: str, description: str | None):
    first, _, rest = PAGE.partition("Welcome")
    text = first + head + "\n\n" + rest[rest.index("## ") :]
    assert role(text).description == role(text.encode()).description == description


def test_a_long_paragraph_is_cut_at_a_word():
    text = PAGE.replace("lets boats up and down.", "lets boats up and down. " * 100)
    assert len(role(text).description) <= asking.MOST_DESCRIPTION
    assert role(text).description.endswith(" …")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("1) Why?\n2) Who is it?\n", ["Why?", "Who is it?"]),
        ("1. Why?\n\n2. Who is it?\n\n\n", ["Why?", "Who is it?"]),
        ("- Why?\n* Who is it?", ["Why?", "Who is it?"]),
        ("1. Tell me about a lock\n   that would not close\nwhen it had to.", ["Tell me about a lock that would not close when it had to."]),
        ("**1.** Why?\n**2. Who is it?**\n3. **Where is it?**", ["Why?", "Who is it?", "Where is it?"]),
        ("1. Compare these:\n   - a gate\n   - a weir\n2. Why?", ["Compare these: a gate; a weir", "Why?"]),
        ("1. What does `__init__` or \\*args do in C\\#?", ["What does `__init__` or *args do in C#?"]),
        ("1. Is 5 &lt; 6 &amp; 7?  Say\u00a0why.", ["Is 5 < 6 & 7? Say why."]),
        ("1. What is [a weir](https://example.org/weir) for?", ["What is a weir for?"]),
        ("1. Why? [Answer it aloud](https://example.org/18_3_9)", ["Why?"]),
        ("1. Why <script>alert(1)</script>?", ["Why <script>alert(1)</script>?"]),
        ("1. Why\u202e\u2066 not\x1b[0m?\u200f", ["Why not[0m?"]),
        ("1. Why \ud800 so?", ["Why \ufffd so?"]),
        ("1. Why?\n\nAsk more of us.\n\n## Good Luck\n\n1. Who?", ["Why?"]),
        ("1. Why?\n### Deeper\n2. Who is it?", ["Why?", "Who is it?"]),
        ("1. Why?\n---\n2. Who is it?", ["Why?", "Who is it?"]),
        ("1. Why?\n```\n2. Who?\n```\n<!-- 3. Where? -->", ["Why?"]),
    ],
)  # fmt: skip
def test_each_item_of_the_list_is_one_question(items: str, expected: list[str]):
    assert prompts(listed(items)) == expected


@pytest.mark.parametrize(
    "advert",
    [
        "[More](https://example.org/18_3_1)",
        "**[More](https://example.org/p?id=18_3_1&x=2)**",
        "👉 [More [and more]](https://example.org/a_(b)/18_3_1) 👈",
        "[![more](https://example.org/9_9_9.png)](https://example.org/18_3_1)",
        '<a href="https://example.org/18_3_1">More</a>',
        "https://example.org/18_3_1",
        "<https://example.org/18_3_1>",
        "[Are there more questions like these?](https://example.org/18_3_1 'more')",
    ],
)
def test_an_item_that_is_nothing_but_a_link_gives_the_id_and_is_no_question(advert: str):
    text = listed(f"1. Why?\n2. {advert}")
    assert prompts(text) == ["Why?"]
    assert role(text).source_id == "18_3_1"
    assert reasons(text) == [(14, asking.ONLY_A_LINK)]
    assert "example.org" not in repr(read(text, place="x.md"))


def test_the_last_link_with_an_id_counts():
    text = listed(
        "1. [x](https://example.org/1_1_1)\n2. Why?\n3. [x](https://example.org/18_3_1)\n4. [y](https://example.org)"
    )
    assert role(text).source_id == "18_3_1"


def test_a_link_below_the_list_gives_the_id_too():
    assert role(listed("1. Why?\n\n[More](https://example.org/18_3_1)")).source_id == "18_3_1"


@pytest.mark.parametrize(
    "address", ["https://example.org/more", "https://example.org/118_3_1_2", "https://example.org/18_3"]
)
def test_an_address_without_an_id_gives_none(address: str):
    assert role(listed(f"1. Why?\n2. [More]({address})")).source_id is None


@pytest.mark.parametrize(
    ("items", "line", "why"),
    [
        ("1. Why?\n2. Why?", 14, asking.TWICE),
        ("1. Why?\n2. Strengths", 14, asking.NOT_ASKED),
        ("1. Why?\n2. **Your boat**: which one it is", 14, asking.NOT_ASKED),
        ("1. Why?\n   - think of the gate", 14, asking.BELOW),
        ("1. Why?\n2. " + "Why so " * 80 + "?", 14, asking.TOO_LONG),
        ("1. Why?\n2.   \n3. Who?", 14, asking.NOT_ASKED),
    ],
)
def test_what_is_no_question_is_left_out_with_its_line_and_reason(items: str, line: int, why: str):
    assert reasons(listed(items)) == [(line, why)]


@pytest.mark.parametrize(
    "items",
    ["", "Nothing here yet.", "1. [More](https://example.org/18_3_1)", "1. **Pick a field**\n2. **Pick a role**"],
)
def test_a_page_without_questions_is_said_to_have_none(items: str):
    found = read(listed(items), place="x.md")
    assert found.roles == ()
    assert found.left_out[-1] == ("x.md", 0, NO_SECTION, "")


def test_a_page_without_the_section_is_said_to_have_none():
    assert reasons(PAGE.replace("Sample Questions", "Examples")) == [(0, NO_SECTION)]
    assert reasons(PAGE.replace("## 📌", "### 📌")) == [(0, NO_SECTION)]


def test_a_section_before_the_title_does_not_count():
    assert reasons("## Sample Questions\n1. Why so?\n# Lock Keeper Interview Prep") == [(0, NO_SECTION)]


def test_a_title_shown_as_code_is_none():
    assert reasons(f"```\n{PAGE}\n```") == [(0, NOT_A_PAGE)]
    assert reasons(f"<!--\n{PAGE}\n-->") == [(0, NOT_A_PAGE)]
    assert prompts(f"---\ntitle: x\n# y\n---\n{PAGE}") == prompts(PAGE)


@pytest.mark.parametrize(
    ("content", "noted"),
    [
        (PAGE.replace("\n", "\r\n").encode(), None),
        (PAGE.replace("\n", "\r").encode(), None),
        (PAGE.encode("utf-8-sig"), None),
        (PAGE.encode("utf-16"), None),
        (b"\xfe\xff" + PAGE.encode("utf-16-be"), None),
        (PAGE.encode("utf-32"), None),
        ((PAGE + "\n").encode(), None),
        (f"\ufeff{PAGE}", None),
        (re.sub(r"[^\x00-\x7f]", "é", PAGE).encode("cp1252"), "read as Windows-1252"),
        (PAGE.encode() + b"\n\n\xff", "1 of its characters could not be read"),
    ],
    ids=["crlf", "cr", "bom", "utf-16", "utf-16-be", "utf-32", "newline", "text", "windows", "broken"],
)  # fmt: skip
def test_any_encoding_and_line_end_is_read(content: str | bytes, noted: str | None):
    assert prompts(content) == ["How do you fill a lock?", "Describe a day on the canal"]
    assert role(content).source_id == "18_3_1"
    notes = read(content, place="x.md").notes
    assert notes == () if noted is None else len(notes) == 1 and notes[0].startswith("x.md: ") and noted in notes[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", decoding.EMPTY),
        (b" \n\t\n", decoding.EMPTY),
        (b"\xef\xbb\xbf", decoding.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), decoding.NO_TEXT),
        (b"\x00\x01\x02", decoding.NO_TEXT),
        (PAGE.encode() + b"\0", decoding.NO_TEXT),
        (b"\xff\x81\x8d" * 10, decoding.NO_TEXT),
        (b"a" * (decoding.MOST_BYTES + 1), decoding.TOO_LARGE.format(2)),
        (b"<html><h1>Nurse Interview Prep</h1></html>", NOT_A_PAGE),
        (b"{\\rtf1 Nurse Interview Prep}", NOT_A_PAGE),
    ],
)
def test_a_file_that_is_something_else_is_refused_calmly(content: bytes, why: str):
    assert read(content, place="x.md") == Imported(left_out=(("x.md", 0, why, ""),))


LINES = [
    "# C# Interview Prep", "## sample questions for all", "## Tips", "###  x", "##💡 x", "#️⃣", "#x", "####### x", " # x",
    "1. Why so?", "2) Who is it?", "10. Tell me more", "3. [More](https://example.org/1_2_3)", "4. [x](y)", "- a b?",
    "   - c d", "Welcome!", "  indented", "`code`", "```", "~~~", "<!--", "-->", "1. **bold one**", "word", "---", "\ufeff",
    "1. Why", "1. sample x", "## Sample Interview Questions", "Sample questions", "1. a\x07 b", "1. a\r b", "1. a\u2028b c",
]  # fmt: skip
ITEMS = [
    "Why so?", "Why  so?", "Why so? ", " Why so?", "Wh\u00e9 so?", "Wh\u0065\u0301 so?", "Why", "See https://example.org now",
    "What is [x](y)?", "Why *so* & so?", "Who is it?", "👉 https://example.org/x",
    "Why " * 130 + "so?", "Tell me more", "Why\u00a0so, then?", "🚀 Why so?",
]  # fmt: skip


def page_of(items: list[str]) -> list[str]:
    numbered = [f"{n}. {item}" for n, item in enumerate(items, 1)]
    return listed("\n".join([*numbered, "9. [More](https://example.org/18_3_1)"])).split("\n")


def nearly_usual() -> Iterator[bytes]:
    """Give pages of the usual shape in which one item, or one line anywhere, is not usual."""
    usual = ["Who is it?", "Tell me all", "Where to?"]
    for odd, place in product(ITEMS, range(4)):
        yield "\n".join(page_of([*usual[:place], odd, *usual[place:]])).encode()
    lines = page_of(usual)
    for odd, place in product(LINES, range(len(lines) + 1)):
        yield "\n".join([*lines[:place], odd, *lines[place:]]).encode()
    yield "\n".join(lines).encode() + b"\xff"
    yield "\n".join(lines).encode().replace(b"Do you know", b"Do you \xff")


def test_the_quick_way_finds_what_the_careful_way_finds():
    quick = 0
    for content in nearly_usual():
        quick += parts(content) is not None
        assert read(content, place="x.md") == interview_pages._with_care(content, "x.md"), content.decode(
            "utf-8", "replace"
        )
    assert quick > 100


def test_nearly_every_page_of_a_collection_goes_the_quick_way():
    pages = list(collection(roles=400))
    assert sum(parts(page.text.encode()) is not None for page in pages) > 390


@given(st.binary(max_size=400))
def test_no_bytes_are_too_much(content: bytes):
    read(content, place="x.md")
    recognises(content)


@given(st.text(st.characters(codec=None), max_size=300), st.integers(0, len(PAGE)))
def test_no_text_in_a_page_is_too_much(text: str, at: int):
    found = read(PAGE[:at] + text + PAGE[at:], place="x.md")
    for question in [question for one in found.roles for question in one.questions]:
        assert 0 < len(question.prompt) <= asking.MOST_PROMPT
        assert question.prompt == " ".join(question.prompt.split())
        question.prompt.encode()


@pytest.mark.parametrize(
    "flood",
    ["[" * 200_000, "`" * 200_000, "*a" * 100_000, "_a " * 60_000, "<!--" * 50_000, "```a\n" * 40_000, "1. a b\n" * 30_000, "1. a:\n" + " - b\n" * 40_000, "# \n" * 60_000, "! " * 100_000, "interview prep " * 12_000],
    ids=["brackets", "ticks", "stars", "lines", "comments", "fences", "items", "points", "headings", "signs", "titles"],
)  # fmt: skip
def test_a_flood_ends(flood: str):
    read(f"# {flood} Interview Prep\n\n{flood}\n\n## Sample Questions\n\n1. Why?", place="x.md")
    read(listed("1. " + flood), place="x.md")
    read(listed(flood), place="x.md")
