"""Let go of your records: the words of old answers, or everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recprep.cli.saying import KINDS_SHOWN, MOST_NAMED, bar, in_kinds, says_yes
from recprep.core.problem import Problem
from recprep.ui.text import counted, printable, sized

if TYPE_CHECKING:
    from recprep.storage.custody.erase import Erased
    from recprep.storage.custody.holdings import Survey
    from recprep.storage.custody.retention import Disposed
    from recprep.storage.store import Store


@click.command()
@click.option("--keep", metavar="TIME", help="Set how long answers are kept: 90d, 6m, 1y, or forever.")
@click.option("--hold", "holding", is_flag=True, help="Keep all answers until you release them.")
@click.option("--role", metavar="ROLE", help="With --hold: only the answers of this role.")
@click.option("--why", metavar="TEXT", default="", help="With --hold: the reason, in your words.")
@click.option("--release", is_flag=True, help="Lift every hold.")
@click.option("--backups", is_flag=True, help="Also make a new backup, and remove the automatic ones before it.")
@click.option("--log", is_flag=True, help="Show every hold and disposal, and do nothing else.")
@click.option("--yes", is_flag=True, help="Say yes beforehand, and be asked nothing.")
def dispose(
    keep: str | None, holding: bool, role: str | None, why: str, release: bool, backups: bool, log: bool, yes: bool
) -> None:
    """Remove the words of old answers, after asking you. Scores stay.

    You set how long answers are kept: without that, they are kept until you erase them. Each disposal leaves a
    record of when, how much and by which rule, never of the content. While a hold stands, nothing that it covers
    goes. Setting a rule, a hold or its release disposes of nothing by itself.
    """
    if (role or why) and not holding:
        message = "--role and --why belong to --hold."
        raise click.UsageError(message)
    if sum((keep is not None, holding, release, log)) > 1:
        message = "Do one thing at a time: --keep, --hold, --release or --log."
        raise click.UsageError(message)
    from recprep.storage import paths
    from recprep.storage.custody import decisions, keeping, retention
    from recprep.storage.store import Store

    now = datetime.now(UTC).astimezone()
    with Store(paths.database()) as store:
        if log:
            click.echo("\n".join(decisions.sentences(retention.decisions(store))) or "Nothing was decided yet.")
        elif holding:
            placed = retention.hold(store, now=now, role=role, why=why)
            click.echo(f"On hold until you release it: {placed.scope}.")
        elif release:
            for one in store.holds():
                retention.lift(store, one.id, now=now)
                click.echo(f"Released: {one.scope}.")
        elif keep is not None:
            retention.write_rule(store, keeping.rule_from(keep), at=now)
            click.echo(f"Answers are kept: {retention.read_rule(store) or keeping.UNTIL_ERASED}.")
        else:
            _dispose(store, now, backups=backups, yes=yes)


def _dispose(store: Store, now: datetime, *, backups: bool, yes: bool) -> None:
    from recprep.storage.custody import decisions, keeping, retention

    with suppress(Problem):  # what an earlier disposal could not finish
        store.wipe()
    with bar("Looking") as progress:
        due = retention.due(store, now=now, progress=progress)
    click.echo(f"Answers are kept: {due.rule or keeping.UNTIL_ERASED}.")
    for one in due.holds:
        click.echo(f"On hold until you release it: {one.scope}.")
    if due.held:
        click.echo(f"{counted(due.held, 'older answer')} held.")
    if not due.count:
        click.echo("Nothing is due to be disposed of.")
        return
    click.echo(f"Due: {decisions.amount(due.count, due)}.")
    for path in (*due.copies.automatic, *due.copies.asked, *due.copies.other):
        click.echo(f"May hold the same words: {path}")
    if due.copies.gone_by:
        click.echo(f"With practice on each day, the last of the daily backups is gone by {due.copies.gone_by}.")
    if not yes and not click.confirm("Remove these words for good? Scores stay.", default=False):
        click.echo("Nothing was disposed of.")
        return
    with bar("Disposing") as progress:
        done = retention.dispose(store, due, now=now, by="the person, by command", backups=backups, progress=progress)
    _tell_disposed(done)


def _tell_disposed(done: Disposed) -> None:
    from recprep.storage.custody import decisions

    if done.record:
        click.echo("\n".join(decisions.sentences([done.record])))
    if done.spared:
        click.echo(f"{counted(done.spared, 'answer')} stayed: held, or not the same any more.")
    if done.backup:
        click.echo(f"A new backup without them, in place of {counted(len(done.removed), 'older one')}:\n{done.backup}")
    for notice in done.notices:
        click.echo(notice, err=True)


@click.command()
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.pass_context
def erase(context: click.Context, yes: bool) -> None:
    """Remove everything you wrote, after asking once.

    Your history goes, with its backups, what was kept aside, imported roles, the pages as you work on them, and what
    JupyterLab keeps for the workbook. Other files in that folder stay, and are named. It cannot be undone. If the
    workbook is open, its pages begin anew; what only the open program needs stays until you erase again.
    """
    from recprep.storage import paths
    from recprep.storage.custody import erase as eraser
    from recprep.storage.custody import holdings

    home = paths.home()
    found = holdings.survey(home)
    if not (found.kept or found.unread):
        click.echo(f"Nothing that you wrote is kept in {home}.")
        return
    _show_kept(found)
    if not (yes or says_yes("It cannot be undone. Type yes to erase all of it")):
        click.echo("Nothing was erased.")
        context.exit(1)
    with _workbook_claimed(home) as lab_is_open, bar("Erasing") as progress:
        done = eraser.erase(home, now=datetime.now(UTC), progress=progress, lab_is_open=lab_is_open)
    _tell_erased(done)
    context.exit(1 if done.failed else 0)


def _show_kept(found: Survey) -> None:
    click.echo(f"In {found.home}:")
    for row in found.kept:
        amount = f"{counted(row.files, 'file')}, {sized(row.bytes)}, since {row.since.astimezone():%d %b %Y}"
        click.echo(f"  {row.what}: {amount}, in {row.where}")
    if any(found.counts.get(kind) for kind in KINDS_SHOWN):
        click.echo(f"In your history: {in_kinds(found.counts)}.")
    if found.counts.get("holds", 0) > found.counts.get("liftings", 0):
        click.echo("A hold stands. It keeps answers from being disposed of, not from being erased.")
    if found.changed:
        click.echo(f"You changed these pages, and they go too: {', '.join(found.changed)}.")
    if found.foreign:
        more = len(found.foreign) - MOST_NAMED
        named = [*(path.name for path in found.foreign[:MOST_NAMED]), *([f"{more} more"] if more > 0 else [])]
        click.echo(printable(f"Not made by the workbook, and stays: {', '.join(named)}."))
    if found.begun:
        click.echo(f"An erasing was begun on {found.begun.astimezone():%d %b %Y, %H:%M}, and was interrupted.")


@contextmanager
def _workbook_claimed(home: Path) -> Iterator[bool]:
    """Say whether the workbook is open; if it is not, it cannot be opened meanwhile."""
    from recprep.launch import running

    claim = None
    with suppress(OSError):  # nothing may be written here; then nothing can be erased either
        claim = running.claim(home)
    with closing(claim) if claim else nullcontext():
        yield claim is None


def _tell_erased(done: Erased) -> None:
    for row in done.removed:
        click.echo(f"Removed: {row.what} ({counted(row.files, 'file')}, {sized(row.bytes)})")
    for stayed in done.left:
        click.echo(printable(f"Left: {stayed.path}: {stayed.why}"))
    for stayed in done.failed:
        click.echo(printable(f"Not removed: {stayed.path}: {stayed.why}"), err=True)
    click.echo("Out of reach:")
    for sentence in done.unreachable:
        click.echo(printable(f"  {sentence}"))


COMMANDS = (dispose, erase)
