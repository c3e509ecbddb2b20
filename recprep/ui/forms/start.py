"""The start page: where the person stands, what they began, and what they did last."""

from __future__ import annotations

from pathlib import Path

from recprep.core.bank import Bank
from recprep.core.models import Attempt, Draft
from recprep.storage.store import Store
from recprep.ui.forms.frame import Form, show
from recprep.ui.text import inline, listed, plain
from recprep.ui.widgets.passage import Passage

LATEST = 5
SNIPPET = 90


class StartForm(Form):
    """What the history holds, in a few words; it follows every saved attempt.

    Parameters
    ----------
    bank : Bank
    store : Store
    where : pathlib.Path
        The personal home, shown so that the person knows where their words are.
    """

    def __init__(self, bank: Bank, store: Store, *, where: Path) -> None:
        super().__init__()
        self._bank, self._store = bank, store
        self._stand, self._begun, self._latest = Passage(level=2), Passage(level=3), Passage(level=3)
        self._where = Passage(level=3, heading="Where your words are", body=_where(where))
        self.children = [self._stand, self._begun, self._latest, self._where, self.notices]
        self.refresh()
        if store.notice:
            self.notices.say(alert=store.notice)

    def refresh(self) -> None:
        """Show what the history holds now."""
        role = self._bank.role
        answered = len(self._store.last_attempts(role, self._bank.question_by_id))
        latest, drafts = self._store.latest(role, LATEST), self._store.drafts(role)
        self._stand.heading = "Where you stand" if latest else "Welcome"
        self._stand.body = _stand(self._bank, answered, self._store.count())
        self._begun.heading, self._begun.body = "Begun and not finished", self._drafts(drafts)
        self._latest.heading, self._latest.body = "What you did last", self._attempts(latest)
        show(self._begun, bool(drafts))
        show(self._latest, bool(latest))

    def _prompt(self, question: str) -> str:
        known = self._bank.question_by_id.get(question)
        return inline(known.prompt) if known else f"{plain(question)} (no longer in the bank)"

    def _drafts(self, drafts: list[Draft]) -> str:
        items = [f"{self._prompt(draft.question)}<br><em>{_snippet(draft.answer)}</em>" for draft in drafts]
        return f"{listed(items)}<p>The practice page asks these first, with your words in place.</p>"

    def _attempts(self, attempts: list[Attempt]) -> str:
        rows = "".join(
            f"<tr><td>{_day(attempt)}</td><td>{self._prompt(attempt.question)}</td>"
            f"<td>{attempt.percent} %</td><td>{plain(attempt.band)}</td></tr>"
            for attempt in attempts
        )
        head = "<tr><th>Day</th><th>Question</th><th>Percent</th><th>Band</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _stand(bank: Bank, answered: int, attempts: int) -> str:
    total = len(bank.question_by_id)
    if not attempts:
        return (
            f"<p>You are preparing for <strong>{plain(bank.name)}</strong>. There are {total} questions, each with a "
            "guide. You answer first, in your own words; then the guide opens, and you score yourself.</p>"
            "<p>Go to the practice page: the link stands below. Five questions take about half an hour, "
            "and you can stop after any of them.</p>"
        )
    return (
        f"<p>You are preparing for <strong>{plain(bank.name)}</strong>. You have answered {answered} of {total} "
        f"questions, in {attempts} attempt{'s' if attempts > 1 else ''}.</p>"
    )


def _where(where: Path) -> str:
    return (
        f"<p>Everything you write is on this computer only, in the folder <code>{plain(where)}</code>. "
        "Nothing is sent anywhere, and nothing you write is in the notebook files.</p>"
    )


def _snippet(answer: str) -> str:
    words = " ".join(answer.split())
    return plain(words[:SNIPPET] + ("…" if len(words) > SNIPPET else "")) or "Answered aloud"


def _day(attempt: Attempt) -> str:
    return f"{attempt.at.astimezone():%d %b %Y}"
