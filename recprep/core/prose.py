"""What is wrong with a bank's words: each rule is one generator of findings.

A bank with such findings can be used; `recprep check` names them, loading it does not look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations

from recprep.core.bank import Entry
from recprep.core.schema import Finding

Entries = Mapping[str, list[Entry]]

ANSWER_WORDS = (150, 260)  # about ninety seconds of speech
ANSWER_GRADE, GRADE = 8, 10  # the highest grade of a strong answer, and of all else
GRADED_FROM = 30  # words: the formula was made for passages
SENTENCE_FROM = 6  # words: shorter sentences may stand twice
ALIKE = 0.8  # the share of words, in order, that two prompts may not reach
STATED = ("listening_for", "key_points", "strong_answer")
READ = (*STATED, "prompt", "weak_answer", "why_weak", "pitfalls", "follow_ups", "answer", "reasons")

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?]+['’\")*]*(?:\s+|$)")
_NUMBER = "[0-9]+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
_YEARS = re.compile(rf"\b({_NUMBER})[ -]years?\b", re.IGNORECASE)
_KEEPING = re.compile(r"\b(keep|kept|retain|retained|retention|destroy|destroyed|disposal|period)\b", re.IGNORECASE)
_YAML = re.compile(r"(essential: (true|false)\b|: [>|]-?(?=\s|$))")
_ADVERT = re.compile(
    r"https?://([^\s)]*[?&](utm_\w+|gclid|fbclid|ref|tag|aff\w*)=|(bit\.ly|tinyurl\.com|t\.co|amzn\.to|goo\.gl|lnkd\.in)/)",
    re.IGNORECASE,
)


def check(entries: Entries) -> Iterator[Finding]:
    """Yield what is wrong with the words of a bank, item by item and between items."""
    for rule in (_length, _reading, _alike, _shared, _swallowed, _outdated, _years, _adverts):
        yield from rule(entries)


def grade(text: str) -> float:
    """Give the school grade (US; simple texts can be below 0) that a passage of English asks for.

    The Flesch-Kincaid grade, 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid, Fishburne,
    Rogers and Chissom, 1975, Research Branch Report 8-75, Naval Technical Training Command). Syllables are
    counted as the places where a word may be hyphenated, and one more: a lower bound, so the grade is one too.

    Examples
    --------
    >>> round(grade("I stop the truck. I tell the lawyer. I write it down."), 1)
    -2.2
    """
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    words = _WORD.findall(text)
    if not words:
        return 0.0
    syllables = sum(len(_hyphens().positions(word)) + 1 for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@cache
def _hyphens():
    from pyphen import Pyphen

    return Pyphen(lang="en_US")


def _texts(entry: Entry, fields: tuple[str, ...] = READ) -> Iterator[tuple[str, str]]:
    """Yield field and text for what a person reads in an item; a list is one text."""
    for field in fields:
        yield field, _text(entry.values.get(field, ""))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    texts = (part.get("text", "") if isinstance(part, dict) else part for part in parts)
    return "\n".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in texts if text)


def _written(entries: Entries) -> list[Entry]:
    return [*entries["questions"], *entries["exemplars"]]


def _length(entries: Entries) -> Iterator[Finding]:
    least, most = ANSWER_WORDS
    for entry in entries["questions"]:
        words = len(entry.values.get("strong_answer", "").split())
        if words and not least <= words <= most:
            yield entry.finding("strong_answer", f"strong_answer: {words} words", f"{least} to {most}")


def _reading(entries: Entries) -> Iterator[Finding]:
    for entry in entries["questions"]:
        for field, text in _texts(entry):
            most = ANSWER_GRADE if field == "strong_answer" else GRADE
            if len(text.split()) >= GRADED_FROM and grade(text) > most:
                wrong = f"{field}: hard to read (grade {grade(text):.1f})"
                yield entry.finding(field, wrong, f"shorter sentences and words, grade {most} or less")


def _alike(entries: Entries) -> Iterator[Finding]:
    prompts = [(e, _plain(e.values["prompt"]).split()) for e in entries["questions"] if "prompt" in e.values]
    for (one, first), (other, second) in combinations(prompts, 2):
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            wrong = f"prompt: almost that of {one.values.get('id')} in {one.file}:{one.line('prompt')}"
            yield other.finding("prompt", wrong, "ask for something else, or leave it out")


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _shared(entries: Entries) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in _written(entries):
        for field, text in _texts(entry):
            for sentence in map(_plain, _SENTENCE_END.split(text)):
                before = first.setdefault(sentence, entry)
                if before is not entry and len(sentence.split()) >= SENTENCE_FROM:
                    wrong = f"{field}: '{sentence[:60]}' stands also in {before.values.get('id')}"
                    yield entry.finding(field, wrong, "say it in words of its own")


def _swallowed(entries: Entries) -> Iterator[Finding]:
    """Yield lines of YAML that were indented too far and so became part of a text."""
    for entry in _written(entries):
        for field, text in _texts(entry):
            if found := _YAML.search(text):
                yield entry.finding(field, f"{field}: '{found[1]}' stands inside a text", "indent that line less")


def _outdated(entries: Entries) -> Iterator[Finding]:
    """Yield replaced titles where a bank speaks for itself: weak answers, pitfalls and samples may use them."""
    rules = [rule for entry in entries["bank"] for rule in entry.values.get("outdated", ()) if len(rule or ()) == 2]
    spoken = [(entry, STATED) for entry in entries["questions"]]
    for entry, fields in [*spoken, *((entry, ("title", "number")) for entry in entries["sources"])]:
        for field, text in _texts(entry, fields):
            for rule in rules:
                if rule["name"].lower() in text.lower():
                    yield entry.finding(field, f"{field}: '{rule['name']}' is out of date", rule["now"])


def _years(entries: Entries) -> Iterator[Finding]:
    """Yield periods for keeping that hang in the air: each holds in one place, or by one schedule."""
    for entry in entries["questions"]:
        for field, text in _texts(entry, STATED):
            if entry.values.get("jurisdiction") or "schedule" in text.lower():
                continue
            for sentence in _SENTENCE_END.split(text):
                years = _YEARS.search(sentence)
                if years and _KEEPING.search(sentence):
                    wrong = f"{field}: '{years[0]}' without a jurisdiction"
                    yield entry.finding(field, wrong, "say where the period holds, or whose schedule sets it")


def _adverts(entries: Entries) -> Iterator[Finding]:
    for entry in [*_written(entries), *entries["sources"]]:
        for field, text in _texts(entry, (*READ, "address")):
            if found := _ADVERT.search(text):
                yield entry.finding(field, f"{field}: '{found[0]}' leads to an advert", "the publisher's own address")
