"""Somebody who answers every question of a bank in one sitting."""

from datetime import timedelta

from recprep.core.bank import Bank
from recprep.core.session import Session
from recprep.storage.store import Store


def answer_all(bank: Bank, store: Store, clock, new_id, *, level: int) -> None:
    """Answer every question with all its scores at one level, a second apart."""
    questions = list(bank.question_by_id.values())
    session = Session(bank, questions, keeper=store, clock=clock, new_id=new_id, zone="+00:00")
    while session.question:
        session.write("First I looked, then I asked, and then it held.")
        session.reveal()
        session.give({row.id: level for row in session.criteria})
        session.save()
        session.next()
        clock.at += timedelta(seconds=1)
