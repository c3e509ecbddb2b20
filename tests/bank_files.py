"""A small bank as text, for tests that break it: two competencies, three questions, one exemplar."""

from __future__ import annotations

BANK = """\
role: pilot
name: Test Pilot
summary: Flies things for the first time.
licence: CC BY 4.0
"""

COMPETENCIES = """\
competencies:
  - id: flying
    name: Flying
    definition: Keeps the thing in the air.
    lifecycle: [create]
    weight: 2
    target: 4
    anchors: [falls, wobbles, flies, flies well, teaches flying]
  - id: landing
    name: Landing
    definition: Brings the thing down whole.
    lifecycle: [dispose, govern]
    weight: 1
    target: 3
    anchors: [crashes, bumps, lands, lands softly, lands anywhere]
"""

_KINDS = {
    "knowledge": "accuracy: 45, structure: 15, judgement: 25, communication: 15",
    "procedure": "accuracy: 35, structure: 20, evidence: 10, judgement: 25, communication: 10",
    "background": "accuracy: 20, structure: 15, evidence: 35, judgement: 15, communication: 15",
    "behavioural": "accuracy: 15, structure: 20, evidence: 30, judgement: 25, communication: 10",
    "situational": "accuracy: 25, structure: 15, evidence: 10, judgement: 40, communication: 10",
    "motivation": "structure: 25, evidence: 40, communication: 35",
}
_CRITERIA = ("accuracy", "structure", "evidence", "judgement", "communication")

RUBRIC = (
    "criteria:\n"
    + "".join(
        f"  - id: {name}\n    name: {name.capitalize()}\n    asks: How is its {name}?\n"
        f"    anchors: [{name} one, {name} two, {name} three, {name} four, {name} five]\n"
        for name in _CRITERIA
    )
    + "weightings:\n"
    + "".join(
        f"  - kind: {kind}\n    weights: {{{weights}}}\n    why: Because.\n    frame:\n"
        "      - {name: First, asks: What comes first?}\n"
        "      - {name: Then, asks: What comes then?}\n"
        "      - {name: Last, asks: What comes last?}\n"
        for kind, weights in _KINDS.items()
    )
    + """\
gate:
  criteria: [accuracy, judgement]
  level: 2
  band: practise
  words: An interviewer would stop here, so the band stays at practise.
bands:
  - {id: relearn, least: 0, words: Start again.}
  - {id: practise, least: 50, words: Keep at it.}
  - {id: nearly, least: 70, words: Almost there.}
  - {id: ready, least: 85, words: Go.}
"""
)

SOURCES = """\
sources:
  - key: manual
    title: The Flight Manual
    number: FM 1:2020
    year: 2020
    address: https://example.org/manual
"""


def saying(name: str) -> str:
    """Give an answer that is long enough, in short sentences of its own."""
    return " ".join(f"Step {step} is {name}." for step in range(40))


def question(name: str, **changes: str) -> str:
    """Give one question as YAML; a change replaces a field's text, "" leaves the field out."""
    fields = {
        "id": name,
        "prompt": f"What is {name}?",
        "kind": "knowledge",
        "competency": name.split("-")[0],
        "seniority": "entry",
        "minutes": "2",
        "listening_for": "Whether you know.",
        "key_points": "\n      - {text: One, essential: true}\n      - {text: Two, essential: true}"
        "\n      - {text: Three}\n      - {text: Four}",
        "strong_answer": f"I know it **well**. {saying(name)}",
        "weak_answer": "I do not know.",
        "why_weak": "It says nothing.",
        "pitfalls": "[Guessing is bad., Lying is worse.]",
        "follow_ups": "[Really?, How?]",
        "sources": "[manual]",
    } | changes
    lines = [f"{key}: {value}" for key, value in fields.items() if value]
    return "  - " + "\n    ".join(lines) + "\n"


FLYING = "questions:\n" + question("flying-up") + question("flying-on", kind="behavioural", seniority="senior")
LANDING = "questions:\n" + question("landing-down", kind="situational", jurisdiction="uk")
GENERAL = "questions:\n" + question("general-why", kind="motivation", competency="", sources="")

EXEMPLARS = """\
exemplars:
  - id: flying-up-a
    question: flying-up
    answer: It is the opposite of down.
    levels: {accuracy: 3, structure: 3, judgement: 3, communication: 4}
    reasons: {accuracy: Right., structure: Short., judgement: Safe., communication: Plain.}
"""


def bank_texts(**changes: str) -> dict[str, str]:
    """Give the files of the small bank; a change replaces one, by its name without ending."""
    texts = {
        "bank.yml": BANK,
        "competencies.yml": COMPETENCIES,
        "rubric.yml": RUBRIC,
        "sources.yml": SOURCES,
        "questions/flying.yml": FLYING,
        "questions/landing.yml": LANDING,
        "questions/general.yml": GENERAL,
        "exemplars/flying.yml": EXEMPLARS,
    }
    return texts | {f"{name.replace('__', '/')}.yml": text for name, text in changes.items()}
