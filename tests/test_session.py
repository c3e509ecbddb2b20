"""One sitting: each step in its place, every step kept, nothing lost."""

from dataclasses import replace

import pytest

from recprep.core.models import Draft
from recprep.core.problem import Problem
from recprep.core.session import Session


@pytest.fixture
def begin(bank, store, clock, new_id):
    """Give a function that opens another sitting on the same store."""

    def begin(*names: str) -> Session:
        questions = [bank.question_by_id[name] for name in names or ("flying-up", "landing-down")]
        return Session(bank, questions, keeper=store, clock=clock, new_id=new_id, zone="+01:00")

    return begin


@pytest.fixture
def session(begin) -> Session:
    return begin()


FOUR = {"accuracy": 4, "structure": 4, "judgement": 4, "communication": 4}


def answered(session: Session, text: str = "It is the way birds go.", levels: dict = FOUR) -> Session:
    session.write(text)
    session.reveal()
    session.give(levels)
    return session


def test_a_whole_answer_becomes_an_attempt(session, store, clock):
    session.look()
    clock.pass_seconds(40)
    session.write("It is the way birds go.")
    session.predict(3)
    clock.pass_seconds(10)
    session.reveal()
    clock.pass_seconds(300)
    session.tick([0, 2])
    session.give(FOUR)
    attempt = session.save()
    assert (attempt.percent, attempt.band, attempt.gated, attempt.prediction) == (80, "nearly", False, 3)
    assert (attempt.key_points, attempt.seconds_taken) == ((True, False, True, False), 50)
    assert (attempt.at, attempt.zone, attempt.rater) == (clock.at, "+01:00", "self")
    assert store.attempts() == [attempt]
    assert store.answer(attempt.id) == "It is the way birds go."


def test_the_texts_behind_the_hashes_are_kept(session, store, bank):
    attempt = answered(session).save()
    question = bank.question_by_id["flying-up"]
    assert store.snapshot(attempt.question_hash) == bank.question_text(question)
    assert store.snapshot(attempt.rubric_hash) == bank.rubric_text(question)


def test_the_guide_does_not_open_before_an_answer(session):
    session.write("   ")
    with pytest.raises(Problem, match="Answer first"):
        session.reveal()
    assert session.stage == "answering"


def test_an_answer_given_aloud_opens_the_guide(session):
    session.say_aloud(True)
    session.reveal()
    assert session.stage == "scoring"


def test_the_prediction_is_closed_once_the_guide_is_open(session):
    session.write("x")
    session.reveal()
    with pytest.raises(Problem, match="You cannot predict now"):
        session.predict(5)


def test_saving_without_scores_keeps_the_draft(session, store):
    session.write("My words")
    session.reveal()
    session.give({"accuracy": 3})
    with pytest.raises(Problem, match="choose a level for Structure, Judgement and Communication"):
        session.save()
    assert store.count() == 0
    assert store.draft("pilot", "flying-up").answer == "My words"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (lambda s: s.give(FOUR), "You cannot score now: the guide is not open yet"),
        (lambda s: s.tick([0]), "You cannot tick key points now"),
        (lambda s: s.save(), "You cannot save now"),
        (lambda s: s.undo(), "There is nothing to undo"),
        (lambda s: s.predict(6), "A prediction is a level from 1 to 5"),
    ],
)
def test_a_step_out_of_place_is_refused_in_words(session, step, sentence):
    with pytest.raises(Problem, match=sentence):
        step(session)


def test_wrong_levels_and_key_points_are_refused(session):
    session.write("x")
    session.reveal()
    with pytest.raises(Problem, match="levels are 1 to 5"):
        session.give({"accuracy": 7})
    with pytest.raises(Problem, match="no key point 9"):
        session.tick([9])


def test_every_step_is_there_in_the_next_sitting(begin, clock):
    first = begin()
    first.look()
    clock.pass_seconds(20)
    first.write("Half an answer")
    first.predict(2)
    first.reveal()
    first.tick([1])
    first.give({"accuracy": 3})
    clock.pass_seconds(86400)
    second = begin()
    assert second.stage == "scoring"
    draft = second.draft
    assert (draft.answer, draft.prediction, draft.key_points) == ("Half an answer", 2, (1,))
    assert (dict(draft.levels), draft.seconds) == ({"accuracy": 3}, 20)


def test_time_is_counted_over_sittings_and_not_between_them(begin, clock):
    first = begin()
    first.look()
    clock.pass_seconds(30)
    first.write("One")
    clock.pass_seconds(86400)
    second = begin()
    second.look()
    clock.pass_seconds(12)
    second.write("One two")
    assert second.draft.seconds == 42


def test_many_quick_drafts_do_not_add_up_to_more_time(session, clock):
    session.look()
    for n in range(100):
        clock.pass_seconds(0.6)
        session.write("x" * n)
    assert session.draft.seconds == 60


def test_skipping_keeps_the_draft_and_goes_on(session, store):
    session.write("Later")
    session.next()
    assert session.question.id == "landing-down"
    assert store.draft("pilot", "flying-up").answer == "Later"


def test_the_set_ends(session):
    session.next()
    session.next()
    assert (session.stage, session.question) == ("finished", None)
    with pytest.raises(Problem, match="the set is finished"):
        session.next()


def test_saving_twice_is_refused(session):
    answered(session).save()
    with pytest.raises(Problem, match="this answer is saved"):
        session.save()


def test_undo_takes_back_and_returns_with_everything(session, store):
    session.write("First words")
    session.predict(4)
    session.reveal()
    session.tick([0])
    session.give(FOUR)
    attempt = session.save()
    session.next()
    session.write("Words for the second question")
    assert session.undo() == attempt
    assert (session.question.id, session.stage, session.draft.answer) == ("flying-up", "scoring", "First words")
    assert (session.draft.prediction, session.draft.key_points, dict(session.draft.levels)) == (4, (0,), FOUR)
    assert (store.count(), len(store.attempts(withdrawn=True))) == (0, 1)
    assert store.draft("pilot", "landing-down").answer == "Words for the second question"


def test_after_undo_the_answer_can_be_saved_again(session, store):
    answered(session).save()
    session.undo()
    session.give(FOUR | {"accuracy": 2})
    assert session.save().percent < 80
    assert store.count() == 1


def test_an_edited_guide_keeps_the_words_and_drops_the_ticks(bank, store, clock, new_id):
    old = bank.question_by_id["flying-up"]
    first = Session(bank, [old], keeper=store, clock=clock, new_id=new_id, zone="+00:00")
    answered(first).tick([1])
    new = replace(old, why_weak="Rewritten.")
    second = Session(bank, [new], keeper=store, clock=clock, new_id=new_id, zone="+00:00")
    assert second.draft.answer == "It is the way birds go."
    assert (second.draft.key_points, dict(second.draft.levels)) == ((), {})


def test_words_from_another_page_do_not_overwrite(session):
    start = session.stamp
    assert session.write("From page one", page="one", based_on=start)
    assert not session.write("From page two", page="two", based_on=start)
    assert session.draft.answer == "From page one"
    assert [draft.answer for draft in session.others] == ["From page two"]


def test_a_page_that_knows_the_present_words_goes_on(session):
    session.write("From page one", page="one", based_on=session.stamp)
    assert session.write("From page one, and two", page="two", based_on=session.stamp)
    assert session.others == []


def test_the_same_page_may_send_again_before_it_was_answered(session):
    start = session.stamp
    assert session.write("a", page="one", based_on=start)
    assert session.write("ab", page="one", based_on=start)
    assert session.draft.answer == "ab"


def test_two_sittings_on_one_question_keep_both_texts(begin, store):
    one, two = begin(), begin()
    one.write("One")
    two.write("Two")
    one.write("One, longer")
    assert store.draft("pilot", "flying-up").answer == "One, longer"
    assert [draft.answer for draft in two.others] == ["One, longer"]
    assert two.draft.answer == "Two"
    three = begin()
    assert three.draft.answer == "One, longer"
    assert [draft.answer for draft in three.others] == ["Two"]


def test_a_step_without_words_on_another_page_is_nothing_to_offer(begin):
    one, two = begin(), begin()
    one.predict(2)
    two.write("Words")
    assert two.others == []
    assert [draft.answer for draft in one.others] == ["Words"]


def test_swapping_loses_nothing(begin):
    one, two = begin(), begin()
    one.write("One")
    two.write("Two")
    two.swap()
    assert (two.draft.answer, [draft.answer for draft in two.others]) == ("One", ["Two"])
    two.swap()
    assert (two.draft.answer, [draft.answer for draft in two.others]) == ("Two", ["One"])
    assert begin().draft.answer == "Two"


def test_deleting_the_other_words_leaves_the_present_ones(begin):
    one, two = begin(), begin()
    one.write("One")
    two.write("Two")
    two.drop_others()
    assert two.others == []
    fresh = begin()
    assert (fresh.draft.answer, fresh.others) == ("Two", [])


def test_half_a_surrogate_pair_is_replaced_and_not_refused(session, store):
    session.write("ok \ud83d ok")
    assert store.draft("pilot", "flying-up").answer == "ok � ok"
    assert len(session.stamp) == 16


def test_the_frame_belongs_to_the_kind(session):
    assert [step.name for step in session.frame] == ["First", "Then", "Last"]


def test_a_draft_names_its_sitting(session, store):
    session.write("x")
    draft = store.draft("pilot", "flying-up")
    assert isinstance(draft, Draft)
    assert draft.client == session.sitting
