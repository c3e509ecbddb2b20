"""Take your records out, back them up, and bring them back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recprep.cli.saying import bar, in_kinds, name_left_out
from recprep.ui.text import counted

if TYPE_CHECKING:
    from recprep.storage.custody.export import Exported


class _WithColumns(click.Command):
    """Explains the columns of an export below its options."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        from recprep.storage.custody.columns import COLUMNS

        for file, columns in COLUMNS.items():
            with formatter.section(f"Columns of {file}"):
                formatter.write_dl(list(columns.items()))


@click.command(cls=_WithColumns)
@click.argument("folder", default=".", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    help="CSV for a spreadsheet (the default), or JSON Lines: exact, one record a line.",
)
@click.option("--without-answers", is_flag=True, help="Leave your words out: a copy for a coach.")
@click.option("--review-log", is_flag=True, help="Write the review log instead, as FSRS's optimizers read it (CSV).")
@click.option("--role", metavar="ROLE", help="Only what belongs to this role.")
def export(folder: Path, form: str, without_answers: bool, review_log: bool, role: str | None) -> None:
    """Write your attempts, with your answers, into files that other programs read.

    A new folder is made in FOLDER (without it, in the folder you are in), readable by you only; nothing is
    overwritten. In it are attempts.csv, one row for each attempt, and ratings.csv, one row for each sample answer
    you scored. With - as FOLDER, the attempts (or the review log) go to standard output.

    Attempts you took back are included, and marked as withdrawn; the review log leaves them out. What is damaged is
    left out and named. In CSV, a text that a spreadsheet would run as a formula begins with an apostrophe. JSON Lines
    keep every text as it is; there, levels and weights are objects, and key_points says which were covered.
    """
    if review_log and form != "csv":
        message = "--review-log is always CSV; leave --format out."
        raise click.UsageError(message)
    from recprep.storage import paths
    from recprep.storage.custody import export as exporter

    wanted = {
        "content": "review-log" if review_log else "attempts",
        "format": form,
        "answers": not without_answers,
        "role": role,
    }
    with bar("Exporting") as progress:
        if str(folder) == "-":
            done = exporter.stream(paths.database(), sys.stdout.buffer, **wanted, progress=progress)
        else:
            now = datetime.now(UTC).astimezone()
            done = exporter.export(paths.database(), folder, now=now, **wanted, progress=progress)
    _tell(done)


def _tell(done: Exported) -> None:
    kinds = {"review": done.reviews} if done.reviews else {"attempt": done.attempts, "rating": done.ratings}
    what = " and ".join(counted(number, thing) for thing, number in kinds.items() if number)
    for number, file in enumerate(done.files):
        click.echo(f"{file}" if number else f"{what} exported:\n{file}")
    name_left_out(done.left_out)


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--sheet", is_flag=True, help="One page for the morning of the interview instead.")
@click.option("--without-answers", is_flag=True, help="Leave your words out: a copy for a coach.")
@click.option("--name", metavar="NAME", help="Whose report it is, for its first line.")
@click.option(
    "--role", default="records-coordinator", show_default=True, metavar="ROLE", help="Which role it is about."
)
def report(folder: Path, sheet: bool, without_answers: bool, name: str | None, role: str) -> None:
    """Write a report to read, print or hand to a coach: one HTML file that loads nothing from elsewhere.

    It shows your levels and how sure they are, how they moved, how strictly you score, and your best answers. With
    --sheet it is one page for the morning of the interview: your strongest stories, what to avoid, and what to ask.
    The file is made in FOLDER (without it, in the folder you are in); nothing is overwritten.
    """
    if sheet and (without_answers or name):
        message = "--sheet has no name, and always a few of your words; leave the other option out."
        raise click.UsageError(message)
    from recprep.storage import library, own, paths
    from recprep.storage.store import Store
    from recprep.ui import report as reporter

    now = datetime.now(UTC).astimezone()
    with Store(paths.database()) as store:
        bank = own.laid_over(library.load_bank(role), store)
        if sheet:
            path = reporter.write_sheet(bank, store, folder, now=now)
        else:
            path = reporter.write_report(bank, store, folder, now=now, name=name, answers=not without_answers)
    click.echo(f"Written:\n{path}")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup(file: Path | None) -> None:
    """Put everything you wrote into one file, and verify it.

    FILE is a new file, or a folder for it; without it, the file goes into the folder `backups` beside your history.
    Nothing is overwritten, and the workbook may stay open.
    """
    from recprep.storage import paths
    from recprep.storage.custody.backup import back_up

    made = back_up(paths.database(), file, now=datetime.now(UTC))
    click.echo(f"{in_kinds(made.counts)} backed up and verified:\n{made.path}")


@click.command()
@click.option("--merge", is_flag=True, help="Add what is in FILE to what is here, instead of replacing it.")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path, merge: bool) -> None:
    """Bring back what is in a backup.

    FILE is checked first. What is here is kept as a backup of its own, and its place is printed. With --merge, the
    histories of two machines become one: nothing is doubled, and either order gives the same.
    """
    from recprep.storage import paths
    from recprep.storage.custody import merge as merger
    from recprep.storage.custody import restore as restorer
    from recprep.storage.store import Store

    now = datetime.now(UTC)
    if merge:
        with Store(paths.database()) as store:
            done = merger.merge(file, into=store, now=now)
        click.echo(f"{in_kinds(done.added)} added.")
        name_left_out(done.left_out)
    else:
        done = restorer.restore(file, into=paths.database(), now=now)
        click.echo(f"{in_kinds(done.counts)} restored.")
    if done.kept:
        click.echo(f"What was here before is kept:\n{done.kept}")


COMMANDS = (export, report, backup, restore)
