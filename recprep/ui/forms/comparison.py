"""The same question twice: two attempts side by side, and what moved from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets as widgets

from recprep.core.bank import Bank
from recprep.core.models import Attempt
from recprep.storage.store import Store
from recprep.ui.charts import Wording
from recprep.ui.charts.wording import change
from recprep.ui.forms.frame import day, show
from recprep.ui.text import inline, listed, paragraphs, plain, table
from recprep.ui.widgets.passage import Passage

NOT_KEPT = "<p><em>Answered aloud, or the words are no longer kept.</em></p>"
FAR = ("the same", "one level", "two levels", "three levels", "four levels")


class Comparison(widgets.VBox):
    """A section of a page: choose a question that was answered twice, and two of its attempts.

    Parameters
    ----------
    bank : Bank
    store : Store
        Gives the words of an answer.
    guarded : callable
        Wraps every callback, as `recprep.ui.forms.frame.Form.guarded` does.
    """

    def __init__(self, bank: Bank, store: Store, *, guarded: Callable[[Callable], Callable]) -> None:
        self._bank, self._store, self._wording = bank, store, Wording(bank.rubric)
        self._by_question: dict[str, list[Attempt]] = {}
        self._attempts: dict[str, Attempt] = {}
        self._head = Passage(level=3, heading="The same question twice")
        self.question, self.earlier, self.later = _dropdown("Question"), _dropdown("Earlier"), _dropdown("Later")
        self.shown = Passage(level=4)
        super().__init__([self._head, self.question, self.earlier, self.later, self.shown])
        steps = (
            (self.question, self._offer_attempts),
            (self.earlier, self._offer_later),
            (self.later, self._draw),
        )
        for field, step in steps:
            field.observe(guarded(lambda _change, step=step: step()), names="value")

    def turn_to(self, bank: Bank) -> None:
        """Take another bank from now on."""
        self._bank = bank

    def follow(self, attempts: list[Attempt], wording: Wording) -> None:
        """Offer what can be compared now; what was chosen stays chosen.

        Parameters
        ----------
        attempts : list of Attempt
            In the order of saving.
        wording : Wording
        """
        self._wording = wording
        self._attempts = {attempt.id: attempt for attempt in attempts}
        self._by_question = _answered_twice(attempts)
        for part in (self.question, self.earlier, self.later, self.shown):
            show(part, bool(self._by_question))
        self._head.body = "" if self._by_question else _NONE_YET
        chosen = self.question.value, self.earlier.value, self.later.value
        _offer(self.question, [(self._prompt(name)[:80], name) for name in self._by_question], chosen[0])
        self._offer_attempts(chosen[1], chosen[2])

    def _offer_attempts(self, earlier: str | None = None, later: str | None = None) -> None:
        attempts = self._by_question.get(self.question.value, [])
        _offer(self.earlier, [(self._label(one), one.id) for one in attempts[:-1]], earlier)
        self._offer_later(later)

    def _offer_later(self, later: str | None = None) -> None:
        """Offer the attempts after the earlier one, the latest of them chosen."""
        attempts = self._by_question.get(self.question.value, [])
        ids = [one.id for one in attempts]
        after = attempts[ids.index(self.earlier.value) + 1 :] if self.earlier.value in ids else []
        options = [(self._label(one), one.id) for one in after]
        _offer(self.later, options, later or self.later.value, otherwise=-1)
        self._draw()

    def _draw(self) -> None:
        earlier, later = self._attempts.get(self.earlier.value), self._attempts.get(self.later.value)
        if earlier is None or later is None or earlier.question != later.question:
            return
        self.shown.heading = self._prompt(earlier.question)
        pair = "".join(
            f"<section><h5>{name}: {day(one.at)}</h5><p><strong>{plain(verdict(one, self._wording))}</strong></p>"
            f"{self._words(one)}</section>"
            for name, one in (("Earlier", earlier), ("Later", later))
        )
        self.shown.body = (
            f'<div class="recprep-pair">{pair}</div><h5>What moved</h5>'
            f"<p>{plain(moves_sentence(self._bank, earlier, later, self._wording))}</p>"
            f"{_criteria(self._bank, earlier, later, self._wording)}{_key_points(self._bank, earlier, later)}"
        )

    def _words(self, attempt: Attempt) -> str:
        answer = self._store.answer(attempt.id)
        return paragraphs(answer) if answer else NOT_KEPT

    def _prompt(self, question: str) -> str:
        known = self._bank.question_by_id.get(question)
        return known.prompt if known else f"{question} (no longer in the bank)"

    def _label(self, attempt: Attempt) -> str:
        return f"{attempt.at.astimezone():%d %b %Y, %H:%M}, {short_verdict(attempt, self._wording)}"


def verdict(attempt: Attempt, wording: Wording) -> str:
    """Give what an attempt came to."""
    return wording.pick(numbers=f"{attempt.percent} % ({attempt.band})", words=attempt.band)


def short_verdict(attempt: Attempt, wording: Wording) -> str:
    """Give what an attempt came to, for a line of a list."""
    return wording.pick(numbers=f"{attempt.percent} %", words=attempt.band)


def moves_sentence(bank: Bank, earlier: Attempt, later: Attempt, wording: Wording) -> str:
    """Say what moved from one attempt to the other."""
    before, after = verdict(earlier, wording), verdict(later, wording)
    whole = f"Still {before}" if before == after else f"From {before} to {after}"
    moves = _moves(bank, earlier, later)
    groups = {way: [name for name, move in moves.items() if move * sign > 0] for way, sign in (("up", 1), ("down", -1))}
    parts = [f"{_and(names)} went {way}" for way, names in groups.items() if names]
    if 0 in moves.values():
        parts.append("the rest stayed the same" if parts else "every criterion stayed the same")
    return f"{': '.join(filter(None, [whole, ', '.join(parts)]))}.{_gates(earlier, later)}"


def _gates(earlier: Attempt, later: Attempt) -> str:
    if earlier.gated == later.gated:
        return ""
    return f" The gate was closed only the {'earlier' if earlier.gated else 'later'} time."


def _moves(bank: Bank, earlier: Attempt, later: Attempt) -> dict[str, int]:
    """Give how many levels each criterion went up, by name, of those scored both times."""
    both = [row for row in bank.rubric.criteria if row.id in earlier.levels and row.id in later.levels]
    return {row.name: later.levels[row.id] - earlier.levels[row.id] for row in both}


def _criteria(bank: Bank, earlier: Attempt, later: Attempt, wording: Wording) -> str:
    ids, shown = {row.name: row.id for row in bank.rubric.criteria}, wording.pick(numbers=str, words=wording.band)
    rows = [
        [
            plain(name),
            change(*(shown(one.levels[ids[name]]) for one in (earlier, later))),
            _move_in_words(move, wording),
        ]
        for name, move in _moves(bank, earlier, later).items()
    ]
    return table(["Criterion", wording.pick(numbers="Level", words="Band"), "What moved"], rows)


def _move_in_words(levels: int, wording: Wording) -> str:
    if not levels:
        return FAR[0]
    numbers = f"{FAR[abs(levels)]} {'up' if levels > 0 else 'down'}"
    much = "much " if abs(levels) > 1 else ""
    return wording.pick(numbers=numbers, words=f"{much}{'higher' if levels > 0 else 'lower'}")


def _key_points(bank: Bank, earlier: Attempt, later: Attempt) -> str:
    """Give the key points newly said and no longer said; their places mean something in one text only."""
    question = bank.question_by_id.get(earlier.question)
    if question is None:
        return "<p>The question is no longer in the bank, so its key points cannot be compared.</p>"
    if not earlier.question_hash == later.question_hash == bank.question_hash(question):
        return "<p>The question was changed since, so its key points cannot be compared.</p>"
    if not question.key_points:
        return ""
    ticked = list(zip(question.key_points, earlier.key_points, later.key_points, strict=True))
    newly = [inline(point.text) for point, before, after in ticked if after and not before]
    gone = [inline(point.text) for point, before, after in ticked if before and not after]
    if not newly and not gone:
        return "<p>The same key points were ticked both times.</p>"
    parts = {"Key points newly said": newly, "Key points no longer said": gone}
    return "".join(f"<h5>{name}</h5>{listed(points)}" for name, points in parts.items() if points)


def _answered_twice(attempts: list[Attempt]) -> Mapping[str, list[Attempt]]:
    """Give the attempts of each question that has two or more, the question answered last first."""
    by_question: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        several = by_question.pop(attempt.question, [])
        several.append(attempt)
        by_question[attempt.question] = several  # the last one answered goes to the end
    return {name: several for name, several in reversed(by_question.items()) if len(several) > 1}


def _offer(field: widgets.Dropdown, options: list[tuple[str, str]], chosen: str | None, *, otherwise: int = 0) -> None:
    ids = [value for _, value in options]
    field.options = options
    if ids:
        field.value = chosen if chosen in ids else ids[otherwise]


def _dropdown(name: str) -> widgets.Dropdown:
    return widgets.Dropdown(description=name, style={"description_width": "5rem"}, layout={"width": "min(46rem, 100%)"})


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_NONE_YET = "<p>No question has been answered twice yet. They come back while you practise.</p>"
