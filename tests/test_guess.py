"""Kind and competency are guessed from the words of a question, by rules that are data, quickly, and explained."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from bank_files import bank_texts
from hypothesis import given
from hypothesis import strategies as st
from labelled_questions import FIRST, FIRST_PROBED, SECOND, SECOND_PROBED, THIRD

from recprep.core.bank import build, read_entries
from recprep.core.guess import GAP, Guess, Rule, Rules, competency_of, faults, kind_of, ready
from recprep.core.lint import lint
from recprep.core.models import KINDS
from recprep.storage.library import load_bank, load_base, schemas

RULES = ready(load_base().guesses)
HARDEST = "a? " * 3 + "a ... a ... a"


def says(*phrases: str) -> Rules:
    return ready([Rule(name="found", kind="behavioural", phrases=phrases, example="")])


def found(phrase: str, prompt: str) -> bool:
    return kind_of(prompt, says(phrase)).rule == "found"


def labelled(questions: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(label, prompt) for label, prompts in questions.items() for prompt in prompts]


@pytest.mark.parametrize("questions", [FIRST, SECOND, THIRD], ids=["first", "second", "third"])
def test_the_kind_of_questions_from_many_jobs_is_guessed(questions: dict[str, tuple[str, ...]]):
    confused = Counter()
    for kind, prompt in labelled(questions):
        confused[kind, kind_of(prompt, RULES).value] += 1
    right = sum(count for (kind, guess), count in confused.items() if kind == guess)
    assert right / confused.total() >= 0.95, confused


@pytest.mark.parametrize("questions", [FIRST_PROBED, SECOND_PROBED], ids=["first", "second"])
def test_the_competency_of_questions_from_many_jobs_is_guessed(questions: dict[str, tuple[str, ...]]):
    pairs = labelled(questions)
    guessed = [competency_of(prompt, RULES, kind=kind_of(prompt, RULES).value).value for _, prompt in pairs]
    right = sum(guess == competency for guess, (competency, _) in zip(guessed, pairs, strict=True))
    assert right / len(pairs) >= 0.9


def test_the_questions_are_of_many_kinds_and_none_is_there_twice():
    prompts = [prompt for questions in (FIRST, SECOND, THIRD) for _, prompt in labelled(questions)]
    assert len(prompts) == len(set(prompts)) >= 300
    assert all(
        set(questions) == set(KINDS) and min(map(len, questions.values())) >= 10 for questions in (FIRST, SECOND, THIRD)
    )


def test_the_kind_of_another_banks_questions_is_mostly_guessed():
    """They are longer than most, and mix kinds; the rules were not made for them."""
    questions = load_bank("records-coordinator").question_by_id.values()
    right = sum(kind_of(question.prompt, RULES).value == question.kind for question in questions)
    assert right / len(questions) >= 0.85


def test_a_guess_says_which_rule_it_rests_on():
    assert kind_of("Tell me about a time when you lost a key.", RULES) == Guess(
        "behavioural", "a time, a case or an example of yours"
    )
    assert kind_of("Xyzzy", RULES) == Guess("knowledge", "anything else")
    assert competency_of("How do you plan your week?", RULES, kind="procedure") == Guess("planning", "time and order")


def test_every_kind_that_needs_a_competency_gets_one():
    for kind in KINDS:
        value = competency_of("Xyzzy", RULES, kind=kind).value
        assert value == (None if kind in ("background", "motivation") else "work")


def test_the_first_rule_that_holds_decides():
    rules = [
        Rule(name="late", kind="situational", phrases=("you late",), example=""),
        Rule(name="why", kind="motivation", phrases=("why are",), example=""),
        Rule(name="rest", kind="knowledge", example=""),
    ]
    assert kind_of("Why are you late?", ready(rules)).rule == "late"
    assert kind_of("Why are you late?", ready([rules[1], rules[0]])).rule == "why"
    assert kind_of("Why are you late?", ready([rules[2], *rules[:2]])).rule == "rest"
    assert kind_of("Late?", ready(rules[:2])) == Guess(None, None)


def test_a_rule_for_a_competency_may_be_for_some_kinds_alone():
    rules = ready(
        [
            Rule(name="a", competency="flying", kinds=("knowledge",), example=""),
            Rule(name="b", competency="landing", phrases=("down",), kinds=("knowledge", "procedure"), example=""),
        ]
    )
    assert competency_of("How do you get down?", rules, kind="knowledge").value == "flying"
    assert competency_of("How do you get down?", rules, kind="procedure").value == "landing"
    assert competency_of("How do you get up?", rules, kind="procedure") == Guess(None, None)
    assert competency_of("How do you get down?", rules, kind="situational") == Guess(None, None)


@pytest.mark.parametrize(
    ("phrase", "prompt", "expected"),
    [
        ("tell me/us", "Please tell us all.", True),
        ("tell me/us", "Please tell them all.", False),
        ("tell me", "Please TELL, me!", True),
        ("tell me", "Please retell me", False),
        ("tell me", "Tell. Me?", False),
        ("your? goals", "Goals?", True),
        ("your? goals", "What are your goals?", True),
        ("you really? like", "Do you really like it?", True),
        ("motivat*", "What motivates you?", True),
        ("most *est", "The most honest one", True),
        ("the * one", "The red one", True),
        ("the * one", "The very red one", False),
        ("why ... leave", "Why did you leave?", True),
        ("why ... leave", "Why? You may leave.", False),
        ("why ... leave", f"Why {'so ' * GAP}leave?", True),
        ("why ... leave", f"Why {'so ' * (GAP + 1)}leave?", False),
        ("what do you do .", "It burns. What do you do?", True),
        ("what do you do .", "What do you do to rest?", False),
        (". what if", "What if it burns?", True),
        (". what if", "It burns: what if it rains?", True),
        (". what if", "So what if it burns?", False),
        ("don't", "I don’t know", True),
        ("c++", "Do you know C++ or node.js?", True),
        ("and/or", "This and/or that", True),
        ("co-worker", "A co-worker’s mistake", False),
        ("über", "Was ist ÜBER dem Tisch?", True),
    ],
)
def test_a_phrase_means_what_the_readme_says(phrase: str, prompt: str, expected: bool):
    assert found(phrase, prompt) is expected


@pytest.mark.parametrize(
    ("phrase", "wrong"),
    [
        ("", "every word may be missing"),
        (". ...", "'...' stands at an end, or more than 2 times"),
        ("... why", "'...' stands at an end, or more than 2 times"),
        ("a ... b ... c ... d", "'...' stands at an end, or more than 2 times"),
        ("what . do", "'.' stands inside it"),
        ("you? like?", "every word may be missing"),
        ("wh* is", "its first word has fewer than 3 letters before '*'"),
        ("*est is", "its first word has fewer than 3 letters before '*'"),
        ("(why)+ so", "'(why)+' is not a word"),
        ("Why", "'Why' is not a word"),
        ("a//b", "'a//b' is not a word"),
        ("a " * 13, "it has 13 words, 0 of them with '?'"),
        ("why a? b? c? d? e?", "it has 6 words, 5 of them with '?'"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_told(phrase: str, wrong: str):
    assert wrong in list(faults(phrase))
    with pytest.raises(ValueError, match="cannot be read"):
        says(phrase)


@given(st.text(st.sampled_from("ab/?*. (+[\\|^$"), max_size=30), st.text(max_size=60))
def test_any_phrase_is_read_or_refused(phrase: str, prompt: str):
    if not list(faults(phrase)):
        kind_of(prompt, says(phrase))


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_prompt_gets_a_kind(prompt: str):
    assert kind_of(prompt, RULES).value in KINDS


@pytest.mark.parametrize(
    "prompt", ["a " * 50_000, "what " * 20_000, "a" * 100_000, "." * 100_000, "you have " * 20_000]
)
def test_no_prompt_makes_the_search_long(prompt: str):
    assert not list(faults(HARDEST))
    begun = time.process_time()
    kind_of(prompt, RULES)
    kind_of(prompt, says(HARDEST + " b"))
    assert time.process_time() - begun < 1


GUESSES = """\
guesses:
  - {name: a time, kind: behavioural, phrases: [a time], example: Was there a time?}
  - {name: landing, competency: landing, phrases: [down], example: How do you get down?}
  - {name: rest, kind: knowledge, example: What is up?}
"""


def findings(guesses: str) -> list[str]:
    return [str(finding) for finding in lint(bank_texts(guesses=guesses), schemas())]


def test_a_bank_may_bring_rules_of_its_own():
    assert findings(GUESSES) == []
    entries, _ = read_entries(bank_texts(guesses=GUESSES), schemas())
    bank = build(entries)
    assert [rule.name for rule in bank.guesses] == ["a time", "landing", "rest"]
    assert kind_of("Was there a time?", ready(bank.guesses)) == Guess("behavioural", "a time")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("competency: landing", "competency: diving", "guesses.yml:3: competency: 'diving' is not known: one of flying, landing"),
        ("kind: behavioural", "kind: behavioural, competency: landing", "guesses.yml:2: 'a time' is for a kind and a competency, or for neither: one"),
        ("kind: behavioural, ", "", "guesses.yml:2: 'a time' is for a kind and a competency, or for neither: one"),
        ("kind: behavioural", "kind: storytelling", "guesses.yml:2: guesses: kind: 'storytelling' is not known: one of knowledge, procedure, background, behavioural, situational, motivation"),
        ("[a time]", "[(a+)+]", "guesses.yml:2: the phrase '(a+)+' cannot be read: '(a+)+' is not a word: see data/README.md"),
        ("Was there a time?", "Was it?", "guesses.yml:2: the example of 'a time' is taken by 'rest': another example, or another order"),
        ("get down", "get up", "guesses.yml:3: the example of 'landing' is taken by 'None': another example, or another order"),
        ("phrases: [a time], ", "", "guesses.yml:4: the example of 'rest' is taken by 'a time': another example, or another order"),
    ],
)  # fmt: skip
def test_a_fault_in_the_rules_is_found_with_its_line(old: str, new: str, expected: str):
    assert expected in findings(GUESSES.replace(old, new, 1))
