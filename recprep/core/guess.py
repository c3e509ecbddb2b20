"""The kind of a question, and the competency it probes, guessed from its words by rules that are data.

A rule is a list of phrases in plain words. A phrase has no repetition but a gap of a few words, and few of those, so
no prompt can make the search long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

GAP = 8  # words that `...` may stand for
MOST_GAPS = 2
MOST_SLOTS = 12
MOST_OPTIONAL = 4
MOST_READ = 600  # characters of a prompt
STEM = 3  # letters by which phrases are looked up

_TOKEN = re.compile(r"[^\W_](?:[\w'+#&-]*[\w+#])?(?:\.\w+)*|[.?!;:]")
_SLOT = re.compile(r"(?:\*?[\w'+#&-]+\*?|\*)(?:/\*?[\w'+#&-]+\*?)*\??")
_EDGE, _END = ".", "|"  # the edge of a sentence, as a phrase writes it and as a prompt is searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: when a prompt has one of `phrases`, it is of this `kind`, or it probes this `competency`.

    A rule without phrases holds for every prompt. A rule for a competency may hold for some `kinds` alone.
    """

    name: str
    example: str
    phrases: tuple[str, ...] = ()
    kind: str | None = None
    competency: str | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """What was guessed, and the name of the rule that says so; both None when no rule holds."""

    value: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rules in their order, and their phrases by the first word; words with a star by their first letters."""

    rules: tuple[Rule, ...]
    phrases: Mapping[str, tuple[tuple[int, re.Pattern[str]], ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a bank, made ready for guessing."""

    kinds: Lookup
    competencies: Lookup


def ready(rules: Iterable[Rule]) -> Rules:
    """Make rules ready for `kind_of` and `competency_of`.

    Parameters
    ----------
    rules : iterable of Rule
        The first that holds decides.

    Returns
    -------
    Rules

    Raises
    ------
    ValueError
        If a phrase cannot be read; `faults` says why.
    """
    rules = tuple(rules)
    return Rules(_lookup(r for r in rules if r.kind), _lookup(r for r in rules if r.competency))


def kind_of(prompt: str, rules: Rules) -> Guess:
    """Guess the kind of a question.

    Parameters
    ----------
    prompt : str
    rules : Rules

    Returns
    -------
    Guess

    Examples
    --------
    >>> rules = ready([
    ...     Rule(name="a past event", kind="behavioural", phrases=("a time when/that you",), example=""),
    ...     Rule(name="anything else", kind="knowledge", example=""),
    ... ])
    >>> kind_of("Tell me about a time when you lost a file.", rules)
    Guess(value='behavioural', rule='a past event')
    """
    rule = _first(prompt, rules.kinds)
    return Guess(rule.kind, rule.name) if rule else Guess(None, None)


def competency_of(prompt: str, rules: Rules, *, kind: str) -> Guess:
    """Guess the competency that a question of this kind probes, as `kind_of` guesses the kind."""
    rule = _first(prompt, rules.competencies, kind)
    return Guess(rule.competency, rule.name) if rule else Guess(None, None)


def faults(phrase: str) -> Iterator[str]:
    """Yield what is wrong with a phrase, in words."""
    slots = phrase.split()
    words = [slot for slot in slots if slot not in (_EDGE, "...")]
    if unknown := [slot for slot in words if not _SLOT.fullmatch(slot) or slot != slot.lower()]:
        yield f"'{unknown[0]}' is not a word"
    if _EDGE in slots[1:-1]:
        yield "'.' stands inside it"
    if slots.count("...") > MOST_GAPS or "..." in (slots[:1] + slots[-1:]):
        yield f"'...' stands at an end, or more than {MOST_GAPS} times"
    optional = sum(not _firm(slot) for slot in words)
    if len(slots) > MOST_SLOTS or optional > MOST_OPTIONAL:
        yield f"it has {len(slots)} words, {optional} of them with '?'"
    if optional == len(words):
        yield "every word may be missing"
    elif any("*" in word[:STEM] for word in _starts(phrase)):
        yield f"its first word has fewer than {STEM} letters before '*'"


def _lookup(rules: Iterable[Rule]) -> Lookup:
    """Put the phrases of each rule that begin with the same word into one pattern."""
    rules = tuple(rules)
    found: dict[str, dict[int, list[str]]] = {}
    for rank, rule in enumerate(rules):
        for phrase in rule.phrases:
            for word in _first_words(phrase):
                found.setdefault(word, {}).setdefault(rank, []).append(_pattern(phrase))
    compiled = {
        word: tuple((rank, re.compile("|".join(patterns))) for rank, patterns in ranks.items())
        for word, ranks in found.items()
    }
    return Lookup(rules, compiled)


def _first(prompt: str, lookup: Lookup, kind: str | None = None) -> Rule | None:
    """Give the first rule that holds for the prompt and, where it names kinds, for the kind."""
    fitting = [not rule.kinds or kind in rule.kinds for rule in lookup.rules]
    last = len(fitting)
    best = next((r for r, rule in enumerate(lookup.rules) if fitting[r] and not rule.phrases), last)
    text = _searched(prompt)
    at = 2
    for word in text[2:].split(" "):
        for key in (word, word[:STEM] + "*"):
            for rank, pattern in lookup.phrases.get(key, ()):
                if rank >= best:
                    break
                if fitting[rank] and pattern.match(text, at):
                    best = rank
        at += len(word) + 1
    return lookup.rules[best] if best < last else None


def _searched(prompt: str) -> str:
    """Give the words of a prompt, a space after each, and the edges of its sentences."""
    words = _TOKEN.findall(prompt[:MOST_READ].lower().replace("’", "'"))
    return " ".join([_END, *(_END if word in ".?!;:" else word for word in words), _END, ""])


def _firm(slot: str) -> bool:
    return not slot.endswith("?")


def _starts(phrase: str) -> Iterator[str]:
    """Yield the words that a phrase may begin with, their stars kept."""
    for slot in phrase.split():
        if slot not in (_EDGE, "..."):
            yield from slot.rstrip("?").split("/")
            if _firm(slot):
                return


def _first_words(phrase: str) -> Iterator[str]:
    """Yield what a phrase is looked up by: each word it may begin with, or its first letters and a star."""
    if found := next(faults(phrase), None):
        message = f"the phrase '{phrase}' cannot be read: {found}"
        raise ValueError(message)
    for word in _starts(phrase):
        yield word[:STEM] + "*" if "*" in word else word


def _pattern(phrase: str) -> str:
    """Give a phrase as a pattern: each slot one word of a few, and gaps of a bounded number of words."""
    slots = phrase.split()
    begins = r"(?<=\| )" if slots[0] == _EDGE else ""
    return begins + "".join(map(_slot, slots[1:] if begins else slots))


def _slot(slot: str) -> str:
    if slot == "...":
        return rf"(?:[^ |]+ ){{0,{GAP}}}?"
    if slot == _EDGE:
        return r"\|"
    words = "|".join(re.escape(word).replace(r"\*", "[^ |]*") for word in slot.rstrip("?").split("/"))
    return f"(?:(?:{words}) )" + ("" if _firm(slot) else "?")
