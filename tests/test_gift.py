"""GIFT, Moodle's text format: every type of question, what is taken of it, and a bank written and read back."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recprep.core.bank import Bank
from recprep.core.carried import said_of
from recprep.core.imported import Imported, ImportedQuestion
from recprep.core.models import KeyPoint
from recprep.formats import asking, decoding, gift, gift_answers, gift_marks, gift_parsing, quiz
from recprep.formats.gift_marks import Text
from recprep.formats.gift_parsing import Broken, Question, category_names, category_path, parse
from recprep.storage.library import load_bank


def entries(text: str) -> list[Question | Broken]:
    return list(parse(textwrap.dedent(text)))


def question(text: str) -> Question:
    [one] = entries(text)
    assert isinstance(one, Question), one
    return one


def answers(text: str) -> list[tuple[str, float | None, str]]:
    return [(one.text.text, one.fraction, one.feedback.text) for one in question(text).answers]


def faults(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.why) for one in entries(text) if isinstance(one, Broken)]


def found(text: str | bytes, place: str = "baker.gift") -> Imported:
    return gift.read(textwrap.dedent(text) if isinstance(text, str) else text, place=place)


def taken(text: str) -> ImportedQuestion:
    [role] = found(text).roles
    [one] = role.questions
    return one


def reasons(text: str) -> list[tuple[int, str, str]]:
    return [(left.line, left.why, left.begins) for left in found(text).left_out if left.line]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Describe a starter. {}", quiz.ESSAY),
        ("Describe a starter. {\n}", quiz.ESSAY),
        ("Describe a starter. {####It lives.}", quiz.ESSAY),
        ("Rye is a grain. {T}", quiz.TRUE_FALSE),
        ("Rye is a grass. {TRUE#No.#Yes.}", quiz.TRUE_FALSE),
        ("Rye is a bean. { F }", quiz.TRUE_FALSE),
        ("Rye is a bean. {false}", quiz.TRUE_FALSE),
        ("What is rye? {=a grain ~a bean}", quiz.MULTIPLE_CHOICE),
        ("What is rye? {~%50%a grain ~%50%a grass}", quiz.MULTIPLE_CHOICE),
        ("What is rye? {=a grain =a grass}", quiz.SHORT_ANSWER),
        ("Match them. {=rye -> dark =wheat -> pale}", quiz.MATCHING),
        ("How many loaves? {#3}", quiz.NUMERICAL),
        ("How many loaves? {#3:2}", quiz.NUMERICAL),
        ("How many loaves? {#1..5}", quiz.NUMERICAL),
        ("Bread wants {=salt ~sand} in it.", quiz.MISSING_WORD),
        ("Two and two are {=four =4}.", quiz.MISSING_WORD),
        ("Now about bread.", quiz.DESCRIPTION),
    ],
)
def test_what_stands_in_the_braces_tells_the_type(text, kind):
    assert question(text).type == kind


def test_a_right_option_begins_with_an_equals_sign_and_a_wrong_one_with_a_tilde():
    assert answers("What is rye? {\n  ~a bean#No.\n  =a grain#Yes, it is.\n  ~a nut\n}") == [
        ("a bean", 0, "No."),
        ("a grain", 1, "Yes, it is."),
        ("a nut", 0, ""),
    ]


def test_a_weight_stands_between_percent_signs():
    text = "What is in it? {~%50%rye#Half. ~%33.333%salt ~%-50%sand =%-33.333%glue =100% rye}"
    assert [(name, round(share, 5)) for name, share, _ in answers(text)] == [
        ("rye", 0.5), ("salt", 0.33333), ("sand", -0.5), ("glue", -0.33333), ("100% rye", 1)
    ]  # fmt: skip


def test_of_true_and_false_the_wrong_answers_feedback_stands_first():
    assert answers("Rye is a grain. {T#Look again.#Right.}") == [("True", 1, "Right."), ("False", 0, "Look again.")]
    assert answers("Rye is a bean. {F#Look again.}") == [("False", 1, ""), ("True", 0, "Look again.")]


def test_a_pair_has_two_halves_and_no_weight():
    pairs = question(
        "Match. {\n=[markdown]*rye* -> dark = bread\\=1 -> two\n=wheat->pale -> ale\n=oats -> porridge}"
    ).answers
    assert [(one.text, one.match, one.fraction) for one in pairs][:1] == [(Text("*rye*", "markdown"), "dark", None)]
    assert [one.match for one in pairs] == ["dark", "two", "pale -> ale", "porridge"]


def test_an_arrow_in_feedback_makes_no_pair():
    assert question("What then? {=bake#mix -> bake}").type == quiz.SHORT_ANSWER


def test_numbers_may_have_weights_and_feedback_and_a_word_for_all_others():
    text = "When was it? {#\n =1822:0#Right.\n =%50%1822:2#Close.\n =%25%1800..1850\n ~#Read again.\n}"
    assert answers(text) == [
        ("1822:0", 1, "Right."),
        ("1822:2", 0.5, "Close."),
        ("1800..1850", 0.25, ""),
        ("", 0, "Read again."),
    ]


@pytest.mark.parametrize("number", ["3", "-3.5", "1e3", "3 : 2", "-1 .. 1", "*", ".5:.1"])
def test_these_are_numbers(number):
    assert [text for text, _, _ in answers(f"How many? {{#{number}}}")] == [number]


@pytest.mark.parametrize(
    "number", ["three", "", "3:x", "..", "nan", "1_000", "1" * 50, "=", "~", "~#No.", "=1 =x", "3:"]
)
def test_these_are_none(number):
    assert faults(f"How many? {{#{number}}}") == [(1, gift_answers.NO_NUMBER)]


def test_a_missing_word_leaves_a_gap_where_the_braces_were():
    assert question("Bread wants {=salt ~sand} in it.").text == Text("Bread wants _____ in it.")


def test_general_feedback_stands_last_after_four_hash_signs():
    one = question("What is rye? {=a grain#Yes. ~a bean####[markdown]See *the book*.}")
    assert one.feedback == Text("See *the book*.", "markdown")
    assert [(answer.text.text, answer.feedback.text) for answer in one.answers] == [("a grain", "Yes."), ("a bean", "")]


def test_a_title_stands_between_colons():
    one = question("::Rye\\: a test:: What is rye? {}")
    assert (one.title, one.text.text) == ("Rye: a test", "What is rye?")
    assert question("::What is rye? {}").text.text == "What is rye?"
    assert question("::::What is rye? {}").title is None


@pytest.mark.parametrize("name", gift_marks.FORMATS)
def test_a_text_may_begin_with_its_format_and_the_rest_follows_it(name):
    one = question(f"::t:: [{name}] What is rye? {{=[plain]a grain#Yes.}}")
    assert (one.text, one.feedback.format) == (Text("What is rye?", name), name)
    assert (one.answers[0].text.format, one.answers[0].feedback.format) == ("plain", name)


def test_other_words_in_brackets_are_no_format():
    assert question("[sic] What is rye? {}").text == Text("[sic] What is rye?", "moodle")


def test_a_mark_with_a_backslash_is_a_letter():
    one = question(r"What does \{a \= b\} \~ \#1\: mean\\not here\n? {= \=\~\#\{\}\:\\ \q #\#\#\#\#\n x}")
    assert one.text.text == "What does {a = b} ~ #1: mean\\not here\n?"
    assert [(answer.text.text, answer.feedback.text) for answer in one.answers] == [("=~#{}:\\ \\q", "####\n x")]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_an_escaped_text_is_read_back_and_stands_on_one_line(text):
    told = gift_marks.escaped(text)
    assert gift_marks.unescaped(told) == text
    assert "\n" not in told


def test_a_text_may_run_over_lines():
    assert question("What\n   is rye?\n{}").text.text == "What\nis rye?"


def test_a_blank_line_ends_a_question():
    assert [(one.line, one.text.text) for one in entries("\n\nWhy rye? {}\n \t\nWhy salt? {}")] == [
        (3, "Why rye?"),
        (5, "Why salt?"),
    ]


def test_a_line_that_begins_with_two_slashes_is_a_comment():
    one = question("// about { rye\nWhat is rye? {\n  // a hint ~ =\n  =a grain // still an answer\n}\n\n// the end")
    assert (one.line, [answer.text.text for answer in one.answers]) == (2, ["a grain // still an answer"])


def test_a_comment_may_carry_an_id_and_tags():
    one = question("// [id:q-1] for you [tag:rye] [tag:a\\]b]\n// [tag:last]\nWhat is rye? {}")
    assert (one.id, one.tags) == ("q-1", ("rye", "a]b", "last"))
    assert [one.tags for one in entries("// [tag:x]\nWhy rye? {}\n\nWhy salt? {}")] == [("x",), ()]


def test_a_category_holds_until_the_next():
    text = "Why? {}\n\n$CATEGORY: a/b\n\nWhy rye? {}\n\nWhy salt? {}\n\n$CATEGORY: c\nWhy flour? {}\n\n$CATEGORY:\n\nAnd? {}"
    assert [one.category for one in entries(text)] == [(), ("a", "b"), ("a", "b"), ("c",), ()]


def test_a_doubled_slash_in_a_category_is_a_slash():
    assert category_names(" $course$/top/AC//DC / x ") == ("$course$", "top", "AC/DC", "x")


NAMES = st.text(st.one_of(st.sampled_from("/ $"), st.characters(exclude_categories=["Cc", "Cs"])), max_size=8)


@given(st.lists(NAMES.map(str.strip).filter(bool), min_size=1, max_size=3))
def test_a_category_is_read_back(names):
    assert category_names(category_path(names)) == tuple(names)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("What is rye? {=a grain", gift_parsing.NOT_CLOSED),
        ("What is rye? {=a {grain}", gift_parsing.NOT_CLOSED),
        ("What is rye? =a grain}", gift_parsing.NOT_OPENED),
        ("What }is{ rye?", gift_parsing.NOT_OPENED),
        ("What is {rye}? {}", gift_parsing.BRACES),
        ("What is rye? {a grain}", gift_answers.NO_ANSWER),
        ("What is rye? {perhaps =a grain}", gift_answers.NO_ANSWER),
        ("What is rye? {~a grain}", gift_answers.ONE_OPTION),
        ("Match them. {=rye -> dark =wheat}", gift_answers.NO_PAIR),
        (f"What is rye? {{{'=a' * 501}}}", gift_answers.TOO_MANY_ANSWERS),
    ],
)
def test_what_is_broken_is_named_with_its_line_and_the_rest_is_read(text, why):
    before, broken, after = entries(f"Why rye? {{}}\n\n// here\n{text}\n\nWhy salt? {{}}")
    assert (broken.line, broken.why) == (4, why)
    assert (before.text.text, after.text.text) == ("Why rye?", "Why salt?")


def test_an_essay_is_taken_with_its_feedback_as_its_answer():
    assert taken("// hi\n::x::Describe\n  a starter {####[markdown]*Wild* yeast.}") == ImportedQuestion(
        "Describe a starter", 2, None, "*Wild* yeast."
    )


def test_an_essay_with_a_guide_is_taken_with_its_fields():
    one = taken(r"Why rye? {####[markdown]**Kind** knowledge\n\n**Pitfalls**\n\n- Haste.}")
    assert (one.said, one.answer) == ({"kind": "knowledge", "pitfalls": ["Haste."]}, None)


def test_a_short_answer_is_taken_when_it_asks():
    text = "Where is the town? {=Nazareth#Yes! =%75%Nazereth#Misspelled. =%0%Rome#No.####See the map.}"
    assert taken(text).answer == (
        "- Nazareth: Yes!\n- Nazereth (75%): Misspelled.\n- Not Rome: No.\n\nSee the map."
    )  # fmt: skip
    assert reasons("Two and two are {=four =4}") == [(1, asking.NOT_ASKED, "Two and two are")]


def test_a_number_is_put_into_words():
    assert taken("How many loaves? {#3:2}").answer == "3, give or take 2"
    assert taken("How many loaves? {#3:0}").answer == "3"
    assert taken("How many loaves? {#1..5}").answer == "1 to 5"
    assert taken("How many loaves? {#=3 ~#Count.}").answer == "- 3\n- Not any other: Count."


def test_a_multiple_choice_that_asks_by_itself_is_taken_with_its_right_answer():
    assert taken("What is rye? {~a bean =a grain ~a nut#It has no shell.}").answer == (
        "- a grain\n- Not a nut: It has no shell."
    )


@pytest.mark.parametrize(
    "stem",
    [
        "Which of the following is a grain?",
        "Which of these is a grain?",
        "Which one is a grain?",
        "Which statement is true?",
        "What is the grain below?",
        "Rye is a ____, is it not?",
        "Rye is",
        "Select all that apply: what is rye?",
        "What is rye, choose the best answer?",
        "All are grains except which?",
    ],
)
def test_a_multiple_choice_that_leans_on_its_options_is_left_out(stem):
    assert reasons(f"{stem} {{=rye ~sand}}") == [(1, quiz.LEFT_OUT[quiz.MULTIPLE_CHOICE], stem)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Rye is a grain. {T}", quiz.TRUE_FALSE),
        ("Match them. {=rye -> dark =wheat -> pale}", quiz.MATCHING),
        ("Bread wants {=salt ~sand} in it.", quiz.MISSING_WORD),
        ("Bread wants ____? {=salt}", quiz.MISSING_WORD),
        ("Now about bread.", quiz.DESCRIPTION),
    ],
)
def test_what_no_interviewer_asks_is_left_out_by_its_type(text, kind):
    [(line, why, _)] = reasons(text)
    assert (line, why) == (1, quiz.LEFT_OUT[kind])
    assert kind in why


def test_a_question_that_stands_there_twice_is_taken_once():
    assert reasons("Why rye? {}\n\nWhy  rye? {}") == [(3, asking.TWICE, "Why rye?")]


def test_a_question_that_is_too_long_or_empty_is_left_out():
    assert [why for _, why, _ in reasons(f"Why {'rye ' * 200}? {{####**Kind** knowledge}}\n\n{{}}")] == [
        asking.TOO_LONG,
        quiz.NO_PROMPT,
    ]


def test_html_and_markdown_become_plain_text_and_plain_text_stays():
    html = "[html]<p>What is <b>rye</b> &amp;&nbsp;why?</p> {####<p>A&nbsp;grain</p><p>1 &lt; 2<br>or so</p>}"
    assert taken(html)[0::3] == ("What is rye & why?", "A grain\n1 < 2\nor so")
    assert taken("[markdown]What is **rye**? {}").prompt == "What is rye?"
    assert taken("[plain]What is **rye** &amp; <b>? {}").prompt == "What is **rye** &amp; <b>?"
    assert taken("What is *rye*? {}").prompt == "What is *rye*?"


def test_categories_that_begin_alike_name_the_role():
    [role] = found(
        "$CATEGORY: $course$/top/Baker/Grain\n\nWhy rye? {}\n\n$CATEGORY: $course$/top/Baker\n\nWhy salt? {}"
    ).roles
    assert (role.name, [one.topic for one in role.questions]) == ("Baker", ["Grain", None])


def test_the_words_that_moodle_puts_before_the_name_of_a_course_are_dropped():
    assert found("$CATEGORY: $course$/top/Default for Baker\n\nWhy rye? {}").roles[0].name == "Baker"


def test_otherwise_the_file_names_the_role_and_the_category_is_the_topic():
    [role] = found("$CATEGORY: Grain\n\nWhy rye? {}\n\n$CATEGORY: Salts/Sea\n\nWhy salt? {}", "in/the_baker.gift").roles
    assert (role.name, [one.topic for one in role.questions]) == ("the baker", ["Grain", "Sea"])


def test_a_file_without_questions_says_so():
    assert found("Now about bread.").left_out[-1][1:3] == (0, asking.NO_QUESTIONS)
    assert found("").left_out[0].why == decoding.EMPTY


def test_no_list_has_so_many_questions():
    assert [left.why for left in found("Why rye? {}\n\n" * (gift.MOST_QUESTIONS + 1)).left_out] == [
        gift.TOO_MANY_QUESTIONS
    ]


def test_what_was_guessed_of_the_encoding_is_noted():
    one = found("Why a caf\xe9? {}".encode("cp1252"))
    assert one.roles[0].questions[0].prompt == "Why a café?"
    assert len(one.notes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "::Q1:: Why rye? {}",
        "// hi\n\n::Q1::Why rye?\n{=a}",
        "$CATEGORY: Bread\n\nBread.",
        "Why rye?{}",
        "Rye is a grain.{T}",
        "How many loaves? {#3}",
        "Why rye? {####Because.}",
        "What is rye? {\n=a grain\n~a bean\n}",
    ],
)
def test_gift_is_recognised(text):
    assert gift.recognises(text)
    assert gift.recognises(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. Why rye?\n2. Why salt?",
        "- Why rye?\n\n- What is {}?",
        "# Bread {#1}\n\n## Salt {}\n",
        "What is `{}` in Python?",
        "class A {\n  x = 1\n}",
        "Why rye?\n\nWhy salt?\n\nWhat does this print? {}",
        "A paragraph::\n\n    code\n\n::\n\n    more",
        "::: warning\nNo.\n:::",
        b"\0\1\2",
    ],
)
def test_other_text_is_not_taken_for_it(text):
    assert not gift.recognises(text)


def assert_read_back(bank: Bank) -> None:
    written = gift.write(bank)
    [role] = gift.read(written, place="any.gift").roles
    assert role.name == bank.name
    assert [told(one) for one in role.questions] == [said_of(one) for one in bank.question_by_id.values()]
    assert gift.recognises(written)


def told(one: ImportedQuestion) -> dict:
    return {"prompt": one.prompt, **(one.said or {})}


def test_the_shipped_bank_is_read_back_exactly():
    assert_read_back(load_bank())


def test_a_question_is_written_as_an_essay_with_its_guide_as_feedback(bank):
    text = gift.write(bank).decode()
    first = next(iter(bank.question_by_id.values()))
    assert text.startswith("// Test Pilot\n\n$CATEGORY: Test Pilot\n\n// [id:")
    assert "\n\n$CATEGORY: Test Pilot/Flying\n\n// [id:flying-" in text
    assert f"\n::{first.id}::[plain]{first.prompt}{{####[markdown]**Kind** " in text
    assert "manual\\: The Flight Manual, FM 1\\:2020, 2020" in text
    assert text.count("$CATEGORY") == len({one.competency for one in bank.question_by_id.values()})


def test_a_topic_is_the_competencys_name(bank):
    [role] = gift.read(gift.write(bank), place="any.gift").roles
    assert [one.topic for one in role.questions] == [
        bank.competency_by_id[one.competency].name if one.competency else None for one in bank.question_by_id.values()
    ]


HOSTILE = st.sampled_from(
    [
        "\\n",
        "\\",
        "{",
        "}",
        "=",
        "~",
        "#",
        "####",
        ":",
        "::",
        "//",
        "->",
        "%50%",
        "[html]",
        "$CATEGORY:",
        "**",
        "> ",
        "- ",
    ]
)
LETTERS = st.characters(exclude_categories=["Cc", "Cs"])
LINE = (
    st.lists(st.one_of(HOSTILE, LETTERS, st.just(" ")), min_size=1, max_size=12)
    .map("".join)
    .map(str.strip)
    .filter(bool)
)
LINES = st.lists(st.one_of(LINE, st.just("")), min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)
NAMED = st.one_of(LINE, st.sampled_from(["$course$", "top", "a/", "/a", "/", "$CATEGORY: x"]))


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_is_read_back_exactly(bank, data):
    draw = data.draw
    *others, last = bank.question_by_id.values()
    changed = replace(
        last,
        prompt=draw(LINE),
        listening_for=draw(LINES),
        strong_answer=draw(LINES),
        material=draw(LINES),
        pitfalls=tuple(draw(st.lists(LINES, min_size=1, max_size=2))),
        key_points=(KeyPoint(text=draw(LINES)), KeyPoint(text=draw(LINES), essential=True)),
    )
    questions = {one.id: one for one in (*others, changed)}
    competencies = {name: replace(one, name=draw(NAMED)) for name, one in bank.competency_by_id.items()}
    sources = {key: replace(one, title=draw(LINE)) for key, one in bank.source_by_key.items()}
    hostile = replace(
        bank, name=draw(NAMED), question_by_id=questions, competency_by_id=competencies, source_by_key=sources
    )
    [role] = gift.read(gift.write(hostile), place="any.gift").roles
    assert role.name == hostile.name
    assert [told(one) for one in role.questions] == [said_of(one) for one in questions.values()]


@given(st.one_of(st.binary(max_size=300), st.text(st.characters(codec=None), max_size=300), LINES))
@settings(max_examples=200)
def test_whatever_a_file_holds_is_read_or_left_out(content):
    one = gift.read(content, place="any.gift")
    assert isinstance(one, Imported)
    assert one.roles or one.left_out
    assert gift.recognises(content) in (True, False)


@pytest.mark.parametrize(
    "piece",
    ["{", "}", "{}", "{=", "=", "~", "::", "#", "####", "\\", "\\n", "->", "$CATEGORY: /", "// [id:", "%1", "1", "_", "<p",
     "[html]", "a{\n\n", "$CATEGORY: a\n", "// [tag:\n", "\n", " ", "{T#"],
)  # fmt: skip
def test_a_long_run_of_marks_is_read_in_a_moment(piece):
    run = piece * (200_000 // len(piece))
    for text in (
        run,
        f"Why rye? {{{run}}}",
        f"Why rye? {{#{run}}}",
        f"[html]Why {run} {{=a ~b}}",
        f"Why? {{=a####{run}}}",
    ):
        assert isinstance(found(text), Imported)
        gift.recognises(text)
