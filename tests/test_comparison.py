"""The same question twice: what can be chosen, what stands side by side, and what moved."""

import re
from dataclasses import replace

import pytest

from recprep.core.models import Attempt
from recprep.core.session import Session
from recprep.ui.charts import Wording
from recprep.ui.forms.comparison import Comparison


@pytest.fixture
def asked(bank, store, clock, new_id):
    """Give a way to answer the small bank's question; each time an hour later, aloud without words."""

    def answer(*points: int, words: str = "", question: str = "flying-up", **levels: int) -> Attempt:
        session = Session(
            bank, [bank.question_by_id[question]], keeper=store, clock=clock, new_id=new_id, zone="+00:00"
        )
        session.write(words) if words else session.say_aloud(True)
        session.reveal()
        session.tick(points)
        session.give({row.id: 3 for row in session.criteria} | levels)
        saved = session.save()
        clock.pass_seconds(3600)
        return saved

    return answer


@pytest.fixture
def side_by_side(bank, store):
    """Give a way to draw the section from what the store holds."""

    def draw(*, words_only: bool = False, attempts: list[Attempt] | None = None) -> Comparison:
        section = Comparison(bank, store, guarded=lambda step: step)
        section.follow(attempts or store.attempts(), Wording(bank.rubric, words_only=words_only))
        return section

    return draw


def test_no_question_answered_twice_is_said(asked, side_by_side):
    asked()
    section = side_by_side()
    assert "No question has been answered twice yet." in section.children[0].body
    assert section.question.layout.display == section.shown.layout.display == "none"


def test_the_question_answered_last_comes_first_and_its_first_and_latest_attempt(asked, side_by_side):
    for _ in range(3):
        asked(question="landing-down")
    asked(question="general-why")
    for _ in range(3):
        asked()
    section = side_by_side()
    assert [name for _, name in section.question.options] == ["flying-up", "landing-down"]
    ids = [one.id for one in kept_of(section, "flying-up")]
    assert (section.earlier.value, section.later.value) == (ids[0], ids[2])
    section.question.value = "landing-down"
    ids = [one.id for one in kept_of(section, "landing-down")]
    assert (section.earlier.value, section.later.value) == (ids[0], ids[2])
    assert section.shown.heading == "What is landing-down?"


def kept_of(section: Comparison, question: str) -> list[Attempt]:
    return [one for one in section._attempts.values() if one.question == question]


def test_the_later_attempt_is_always_later(asked, side_by_side):
    ids = [asked(accuracy=level).id for level in (2, 3, 4, 5)]
    section = side_by_side()
    section.later.value = ids[2]
    section.earlier.value = ids[1]
    assert section.later.value == ids[2]
    section.earlier.value = ids[2]
    assert [name for _, name in section.later.options] == [ids[3]]
    assert section.later.value == ids[3]
    assert [name for _, name in section.earlier.options] == ids[:3]
    assert "<td>4, then 5</td><td>one level up</td>" in section.shown.body


def test_two_attempts_stand_side_by_side_with_what_moved(asked, side_by_side):
    asked(0, 2, words="First I <b>look</b>.\n\nThen I ask.", accuracy=2, judgement=4)
    asked(0, 1, accuracy=4, judgement=3)
    body = side_by_side().shown.body
    assert (
        '<div class="recprep-pair"><section><h5>Earlier: 23 Nov 2026</h5><p><strong>56 % (practise)</strong></p>'
        in body
    )
    assert "<p>First I &lt;b&gt;look&lt;/b&gt;.</p><p>Then I ask.</p>" in body
    assert "<em>Answered aloud, or the words are no longer kept.</em>" in body
    assert (
        "From 56 % (practise) to 69 % (practise): Accuracy went up, Judgement went down, the rest stayed the same."
        in body
    )
    assert "The gate was closed only the earlier time." in body
    assert '<th scope="row">Accuracy</th><td>2, then 4</td><td>two levels up</td>' in body
    assert '<th scope="row">Structure</th><td>still 3</td><td>the same</td>' in body
    assert '<th scope="row">Judgement</th><td>4, then 3</td><td>one level down</td>' in body
    assert "<h5>Key points newly said</h5><ul><li>Two</li></ul>" in body
    assert "<h5>Key points no longer said</h5><ul><li>Three</li></ul>" in body


def test_side_by_side_in_words(asked, side_by_side):
    asked(accuracy=1, structure=4)
    asked(accuracy=4, structure=3)
    section = side_by_side(words_only=True)
    assert "<p><strong>relearn</strong></p>" in section.shown.body
    assert '<th scope="row">Accuracy</th><td>relearn, then nearly</td><td>much higher</td>' in section.shown.body
    assert '<th scope="row">Structure</th><td>nearly, then practise</td><td>lower</td>' in section.shown.body
    assert (
        "From relearn to practise: Accuracy went up, Structure went down, the rest stayed the same."
        in section.shown.body
    )
    assert section.earlier.options[0][0].endswith(", relearn")
    days_and_tags = r"\d\d \w+ \d{4}|<.*?>"
    assert not re.search(r"\d", re.sub(days_and_tags, "", section.shown.body))


def test_where_nothing_moved_that_is_said(asked, side_by_side):
    asked(1)
    asked(1)
    body = side_by_side().shown.body
    assert "Still 60 % (practise): every criterion stayed the same." in body
    assert "The same key points were ticked both times." in body


def test_key_points_of_a_changed_question_are_not_compared(asked, side_by_side):
    first, second = asked(0), asked(1)
    for attempts in (
        [replace(first, question_hash="old"), second],
        [replace(one, question_hash="old") for one in (first, second)],
    ):
        body = side_by_side(attempts=attempts).shown.body
        assert "The question was changed since, so its key points cannot be compared." in body
        assert "Key points newly said" not in body


def test_a_question_that_left_the_bank_can_still_be_compared(asked, side_by_side):
    attempts = [replace(asked(), question="gone") for _ in range(2)]
    section = side_by_side(attempts=attempts)
    assert section.shown.heading == "gone (no longer in the bank)"
    assert "The question is no longer in the bank" in section.shown.body


def test_what_was_chosen_stays_chosen_when_the_history_grows(asked, side_by_side, bank, store):
    ids = [asked().id for _ in range(3)]
    section = side_by_side()
    section.later.value = ids[1]
    asked(question="landing-down")
    asked(question="landing-down")
    section.follow(store.attempts(), Wording(bank.rubric))
    assert (section.question.value, section.earlier.value, section.later.value) == ("flying-up", ids[0], ids[1])
