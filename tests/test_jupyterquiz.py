"""jupyterquiz: what we write is shown by the real one, and what a teacher wrote for it is read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from any_bank import small_bank, told

from recprep.formats import asking, jupyterquiz_json, quiz, writing
from recprep.storage.library import load_bank


def read(told: object):
    return jupyterquiz_json.read(json.dumps(told).encode(), place="Harbour.json")


def a_choice(question: str, kind: str = "multiple_choice", **more: object) -> dict:
    answers = [{"answer": "The moon", "correct": True}, {"answer": "Fish", "correct": False}]
    return {"question": question, "type": kind, "answers": answers} | more


def test_the_real_package_takes_what_we_write(monkeypatch):
    import jupyterquiz.dynamic.display as real

    shown = []
    monkeypatch.setattr(real, "display", shown.append)
    real.display_quiz(json.loads(jupyterquiz_json.write(load_bank())))
    [page] = [one for one in shown if "show_questions" in str(one.data)]
    assert "What have you done so far as a records coordinator" in page.data


def test_a_question_comes_with_a_strong_and_a_weak_answer_to_choose_from():
    bank = load_bank()
    question = bank.question_by_id["retention-invoice-date"]
    first = next(one for one in json.loads(jupyterquiz_json.write(bank)) if one["guide"]["id"] == question.id)
    right, wrong = first["answers"]
    assert (first["type"], right["correct"], wrong["correct"]) == ("multiple_choice", True, False)
    assert wrong["feedback"] == question.why_weak.replace("\n", "<br>")
    assert first["guide"]["kind"] == question.kind


def test_nothing_is_run_in_the_page_that_shows_it():
    bank = small_bank()
    first = next(iter(bank.question_by_id.values()))
    hostile = replace(first, prompt="<img src=x onerror=alert(1)>", strong_answer="<b>", weak_answer="</script>")
    [written] = json.loads(jupyterquiz_json.write(replace(bank, question_by_id={first.id: hostile})))
    assert "<" not in written["question"] + written["answers"][0]["answer"] + written["answers"][1]["answer"]


def test_questions_without_two_answers_are_counted_at_export():
    bank = small_bank()
    without = sum(not (one.strong_answer and one.weak_answer) for one in bank.question_by_id.values())
    kept = list(bank.question_by_id.values())
    bank = replace(bank, question_by_id={**bank.question_by_id, kept[0].id: replace(kept[0], weak_answer="")})
    assert writing.left_out(bank, "jupyterquiz")[-1] == (
        f"Left out: {without + 1} of 4 questions, without a strong and a weak answer to choose from."
    )


def test_an_edited_answer_counts_more_than_what_travelled_with_it():
    bank = load_bank()
    told_all = json.loads(jupyterquiz_json.write(bank))
    told_all[0]["answers"][0]["answer"] = "A better one."
    told_all[0]["question"] = "And another question?"
    first = told(read(told_all).roles[0].questions[0])
    assert (first["prompt"], first["strong_answer"]) == ("And another question?", "A better one.")


def test_open_questions_of_a_teacher_are_read_with_their_right_answers():
    imported = read([a_choice("What turns the <b>tide</b>?"), a_choice("How often?", "string")])
    [role] = imported.roles
    assert (role.name, [one.prompt for one in role.questions]) == ("Harbour", ["What turns the tide?", "How often?"])
    assert {one.answer for one in role.questions} == {"The moon"}


def test_those_that_lean_on_their_options_or_on_code_are_counted_by_type():
    imported = read(
        [
            a_choice("Which of these is a tide?"),
            a_choice("What does it print?", code="print(1)"),
            a_choice("Why?", "essay"),
        ]
    )
    assert [one.why for one in imported.left_out] == [
        quiz.LEFT_OUT[quiz.MULTIPLE_CHOICE],
        jupyterquiz_json.LEANS_ON_CODE,
        quiz.ANOTHER_TYPE.format(type="unknown"),
        asking.NO_QUESTIONS,
    ]


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        (b"[\n{,]", 2, jupyterquiz_json.NOT_JSON),
        (b"[" * 150_000, 0, jupyterquiz_json.NOT_JSON),
        (b"[" + b"[]," * 400_000 + b"[]]", 0, jupyterquiz_json.TOO_MANY_VALUES),
        (b"[1" + b"0" * 10_000 + b"]", 0, jupyterquiz_json.NOT_JSON),
        (b'{"answers": 1, "question": 2}', 0, jupyterquiz_json.NOT_A_QUIZ),
        (b'[3, null, "a", [1]]', 1, jupyterquiz_json.NOT_A_QUIZ),
        (
            b'[{"question": 3, "type": [], "answers": {"a": 1}, "guide": 4, "role": {}}]',
            1,
            quiz.ANOTHER_TYPE.format(type="unknown"),
        ),
        (b'[{"question": "", "guide": {}, "answers": [1, null]}]', 1, "it has no text"),
        (b'[{"question": "Why so?", "type": "string", "guide": {"minutes": {}}, "answers": null}]', 0, None),
        (b'[{"question": "Why so?", "guide": {"id": {"a": 1}}, "answers": []}]', 0, None),
        (b'["\\ud800"]', 1, jupyterquiz_json.NOT_A_QUIZ),
    ],
)
def test_whatever_json_holds_it_ends_in_one_sentence(content, line, why):
    imported = jupyterquiz_json.read(content, place="x.json")
    if why:
        assert (imported.left_out[0].line, imported.left_out[0].why) == (line, why)
    else:
        assert len(imported.roles[0].questions) == 1
