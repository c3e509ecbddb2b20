"""How the commands speak: numbers with their nouns, what was left out, a bar for long work, and asking once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from recprep.ui.text import counted

if TYPE_CHECKING:
    from recprep.storage.store import Damage

LONG, MANY_FILES = 10_000, 500  # steps, and files to import, from which on a bar is shown
KINDS_SHOWN = ("attempts", "ratings", "drafts")
MOST_NAMED = 5  # damaged records that are named one by one


@contextmanager
def bar(label: str, *, least: int = LONG) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how far long work is, on a terminal."""
    with ExitStack() as stack:
        bars = []

        def show(done: int, of: int) -> None:
            if of < least or not sys.stderr.isatty():
                return
            if not bars:
                bars.append(stack.enter_context(click.progressbar(length=of, label=label, file=sys.stderr)))
            bars[0].update(done - bars[0].pos)

        yield show


def says_yes(question: str) -> bool:
    """Ask something that only "yes" agrees to; without anybody there, that is wrong usage."""
    if not sys.stdin.isatty():
        message = "There is nobody to ask. To go on without being asked, add --yes."
        raise click.UsageError(message)
    answer = click.prompt(question, default="", show_default=False)
    return answer.strip().lower() == "yes"


def name_left_out(left_out: Sequence[Damage]) -> None:
    """Say which damaged records were left out."""
    for damage in left_out[:MOST_NAMED]:
        of = f" at '{damage.question}'" if damage.question else ""
        click.echo(f"Left out: {damage.what} {damage.id}{of}, because {damage.why}", err=True)
    more = len(left_out) - MOST_NAMED
    if more > 0:
        click.echo(f"Left out: {more} more; `recprep doctor` names them all.", err=True)


def in_kinds(counts: Mapping[str, int]) -> str:
    """Say how much there is of what a person knows, as in: 3 attempts, 1 rating."""
    told = [counted(counts[kind], kind.removesuffix("s")) for kind in KINDS_SHOWN if counts.get(kind)]
    return ", ".join(told) or "Nothing new was"
