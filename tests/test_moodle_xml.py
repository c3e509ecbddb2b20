"""Moodle XML: what we write is what Moodle documents, and what Moodle writes is read with its types told apart."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from any_bank import small_bank

from recprep.formats import asking, moodle_xml, quiz
from recprep.storage.library import load_bank

# The elements of an essay in the order of docs.moodle.org/en/Moodle_XML_format, and the formats of a text.
DOCUMENTED = [
    "name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "responseformat",
    "responserequired", "responsefieldlines", "attachments", "attachmentsrequired", "graderinfo", "responsetemplate",
    "tags",
]  # fmt: skip
TEXT_FORMATS = {"html", "moodle_auto_format", "plain_text", "markdown"}


def parsed(bank) -> ET.Element:
    return ET.fromstring(moodle_xml.write(bank))


def essays(bank) -> list[ET.Element]:
    return parsed(bank).findall("question[@type='essay']")


def text_of(part: ET.Element, name: str) -> str:
    return part.findtext(f"{name}/text") or ""


def test_an_essay_has_the_elements_that_moodle_documents_in_their_order():
    for essay in essays(load_bank()):
        assert [part.tag for part in essay] == DOCUMENTED
        assert {part.get("format") for part in essay if part.get("format")} <= TEXT_FORMATS
        assert essay.findtext("responseformat") == "editor"
        assert 1 <= int(essay.findtext("responsefieldlines")) <= 40
        assert all(part.find("text") is not None for part in essay if part.get("format"))


def test_a_category_stands_before_the_questions_of_a_competency():
    bank = small_bank()
    paths = [text_of(part, "category") for part in parsed(bank).findall("question[@type='category']")]
    assert paths == [f"$course$/top/Test Pilot{part}" for part in ("", "/Flying", "/Landing")]


def test_a_slash_in_a_name_is_no_step_of_the_path():
    bank = replace(small_bank(), name="Car/Bus Driver")
    assert "$course$/top/Car//Bus Driver/Flying" in moodle_xml.write(bank).decode()
    assert moodle_xml.read(moodle_xml.write(bank), place="x.xml").roles[0].name == "Car/Bus Driver"


def test_the_grader_sees_the_guide_and_every_level_of_the_rubric_and_the_candidate_a_frame():
    bank = load_bank()
    question = bank.question_by_id["retention-invoice-date"]
    essay = next(one for one in essays(bank) if one.findtext("idnumber") == question.id)
    info = text_of(essay, "graderinfo")
    assert question.key_points[0].text in info
    for row in bank.criteria(question):
        assert all(" ".join(anchor.split()) in info for anchor in row.anchors)
    frame = next(one.frame for one in bank.rubric.weightings if one.kind == question.kind)
    assert [step.name for step in frame] == [
        line.removesuffix(": ")
        for line in text_of(essay, "responsetemplate").removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    ]
    tags = [tag.findtext("text") for tag in essay.findall("tags/tag")]
    assert question.kind in tags


def a_quiz(*questions: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}</quiz>'.encode()


def a_question(kind: str, text: str, more: str = "") -> str:
    return (
        f'<question type="{kind}"><name><text>n</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{more}</question>'
    )


def an_answer(text: str, fraction: str, feedback: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text>{text}</text>'
        f'<feedback format="html"><text>{feedback}</text></feedback></answer>'
    )


def test_an_essay_of_a_teacher_is_read_as_plain_text_with_what_its_graders_were_told():
    info = '<graderinfo format="html"><text><![CDATA[<p>Listen for the <b>moon</b>.</p>]]></text></graderinfo>'
    [role] = moodle_xml.read(
        a_quiz(a_question("essay", "<p>Why does the <i>tide</i>&nbsp;turn?</p>", info)), place="a/Pilot.xml"
    ).roles
    [question] = role.questions
    assert (role.name, question.prompt, question.answer) == ("Pilot", "Why does the tide turn?", "Listen for the moon.")


def test_open_questions_of_other_types_are_taken_with_their_right_answers():
    choice = a_question(
        "multichoice", "What turns the tide?", an_answer("The moon", "100", "Yes") + an_answer("Fish", "0")
    )
    short = a_question("shortanswer", "What is a <b>neap</b>?", an_answer("A weak tide", "100"))
    questions = moodle_xml.read(a_quiz(choice, short), place="x.xml").roles[0].questions
    assert [one.answer for one in questions] == ["The moon: Yes", "A weak tide"]


def test_what_no_interviewer_can_ask_is_counted_by_its_type():
    leaning = a_question("multichoice", "Which of the following is a tide?")
    others = [
        a_question(kind, "The moon turns the tide.")
        for kind in ("truefalse", "matching", "cloze", "stack", "A new one")
    ]
    imported = moodle_xml.read(a_quiz(leaning, *others, a_question("essay", "Why so?")), place="x.xml")
    named = [quiz.LEFT_OUT[kind] for kind in (quiz.MULTIPLE_CHOICE, quiz.TRUE_FALSE, quiz.MATCHING, quiz.MISSING_WORD)]
    others = [quiz.ANOTHER_TYPE.format(type=kind) for kind in ("stack", "unknown")]
    assert [one.why for one in imported.left_out] == [*named, *others]
    assert len(imported.roles[0].questions) == 1


def a_category(path: str) -> str:
    return f'<question type="category"><category><text>{path}</text></category></question>'


def test_categories_become_topics_and_a_first_part_that_all_share_is_the_role():
    shared = [
        a_category("$course$/top/Pilot/Tides"),
        a_question("essay", "Why so?"),
        a_category("$course$/top/Pilot/Winds"),
        a_question("essay", "How so?"),
    ]
    [role] = moodle_xml.read(a_quiz(*shared), place="x.xml").roles
    assert (role.name, [one.topic for one in role.questions]) == ("Pilot", ["Tides", "Winds"])
    apart = [one.replace("Pilot/", "") for one in shared]
    [role] = moodle_xml.read(a_quiz(*apart), place="Harbour.xml").roles
    assert (role.name, [one.topic for one in role.questions]) == ("Harbour", ["Tides", "Winds"])


BILLION = (
    "<!DOCTYPE quiz ["
    + '<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "&{a};&{a};&{a};">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        (f"{BILLION}<quiz>{a_question('essay', 'x')}&i;</quiz>".encode(), 0, moodle_xml.HOSTILE),
        (b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', 0, moodle_xml.HOSTILE),
        (b"<quiz>\n<question>\n</quiz>", 3, moodle_xml.NOT_XML),
        (b'<?xml version="1.0" encoding="none-such"?><quiz/>', 0, moodle_xml.NOT_XML),
        (b"<quiz>" + b"<a>" * 100_000, 1, moodle_xml.NOT_XML),
        (b"<quiz>" + b"<a/>" * 600_000 + b"</quiz>", 0, moodle_xml.TOO_MANY_TAGS),
        (b"<other/>", 0, moodle_xml.NOT_MOODLE),
        (b"<quiz/>", 0, asking.NO_QUESTIONS),
    ],
    ids=["entities", "a file", "broken", "an encoding", "deep", "many tags", "another kind", "empty"],
)
def test_hostile_or_broken_xml_is_refused_in_one_sentence(content, line, why):
    imported = moodle_xml.read(content, place="x.xml")
    assert imported.roles == ()
    assert [(one.place, one.why) for one in imported.left_out] == [("x.xml", why)]
    assert imported.left_out[0].line == line or why == moodle_xml.NOT_XML


def test_deep_nesting_is_read_without_a_crash():
    deep = b"<quiz>" + b"<a>" * 50_000 + b"</a>" * 50_000 + a_question("essay", "Why so?").encode() + b"</quiz>"
    assert len(moodle_xml.read(deep, place="x.xml").roles[0].questions) == 1


def test_default_for_is_no_part_of_a_name():
    content = a_quiz(a_category("$course$/top/Default for Records 101"), a_question("essay", "Why so?"))
    assert moodle_xml.read(content, place="x.xml").roles[0].name == "Records 101"


def test_a_question_that_leans_on_its_options_does_not_stand_alone():
    assert not any(map(quiz.stands_alone, ("Choose the best tide", "The moon is ____?", "True or false: tides turn?")))
