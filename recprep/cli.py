"""The command line. Each command loads what it needs, so that `recprep --help` comes at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recprep.core.problem import Problem

if TYPE_CHECKING:
    from recprep.storage.custody.export import Exported
    from recprep.storage.store import Damage

LONG = 10_000  # steps from which on a bar is shown
KINDS_SHOWN = ("attempts", "ratings", "drafts")
MOST_NAMED = 5  # damaged records that are named one by one


class _Calm(click.Group):
    """Shows a `Problem` as its sentence."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Problem as problem:
            click.echo(str(problem), err=True)
            context.exit(1)


class _WithColumns(click.Command):
    """Explains the columns of an export below its options."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        from recprep.storage.custody.columns import COLUMNS

        for file, columns in COLUMNS.items():
            with formatter.section(f"Columns of {file}"):
                formatter.write_dl(list(columns.items()))


@click.group(cls=_Calm, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="recprep", message="recprep %(version)s")
def main() -> None:
    """Practise for a job interview, in a workbook that stays on your machine.

    Start with: recprep lab
    """


@main.command()
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="Where JupyterLab answers, on this machine only. Without it, 8888 or the next free one.",
)
@click.argument("extra", nargs=-1, metavar="[-- JUPYTER_OPTIONS]")
@click.pass_context
def lab(context: click.Context, no_browser: bool, port: int | None, extra: tuple[str, ...]) -> None:
    """Open the workbook in JupyterLab, every page ready to use.

    It stays open until you press Ctrl+C here. What you changed in a page is never overwritten. If the
    workbook is open already, its address is shown again. Options after -- go to JupyterLab.
    """
    from recprep.launch import lab as open_lab

    context.exit(open_lab(say=click.echo, port=port, browser=not no_browser, extra=extra))


@main.command()
@click.option("--rebuild", is_flag=True, help="First fold memories and sums anew from the attempts.")
@click.pass_context
def doctor(context: click.Context, rebuild: bool) -> None:
    """Say what is kept where, and whether it is sound. Changes no attempt."""
    from recprep.storage import doctor as examiner
    from recprep.storage import paths
    from recprep.storage.store import Store

    if rebuild and paths.database().exists():
        with Store(paths.database()) as store:
            store.forget_memories()
    findings = examiner.examine(paths.home())
    for finding in findings:
        click.echo(f"{'ok ' if finding.sound else '!! '} {finding.what}: {finding.where}")
        if finding.mend:
            click.echo(f"    {finding.mend}")
    unsound = sum(not finding.sound for finding in findings)
    click.echo("All is sound." if not unsound else f"{_count(unsound, 'thing')} to mend.")
    context.exit(1 if unsound else 0)


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def check(context: click.Context, path: Path | None) -> None:
    """Look for mistakes in question banks.

    PATH is the folder of a bank, or a folder of banks. Without it, the banks that came with the workbook are
    checked.
    """
    from recprep.storage import library

    findings = library.check(path)
    for finding in findings:
        click.echo(str(finding))
    click.echo("No mistakes found." if not findings else f"{_count(len(findings), 'mistake')} found.")
    context.exit(1 if findings else 0)


@main.command(cls=_WithColumns)
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
    with _progress("Exporting") as progress:
        if str(folder) == "-":
            done = exporter.stream(paths.database(), sys.stdout.buffer, **wanted, progress=progress)
        else:
            now = datetime.now(UTC).astimezone()
            done = exporter.export(paths.database(), folder, now=now, **wanted, progress=progress)
    _tell(done)


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup(file: Path | None) -> None:
    """Put everything you wrote into one file, and verify it.

    FILE is a new file, or a folder for it; without it, the file goes into the folder `backups` beside your history.
    Nothing is overwritten, and the workbook may stay open.
    """
    from recprep.storage import paths
    from recprep.storage.custody.backup import back_up

    made = back_up(paths.database(), file, now=datetime.now(UTC))
    click.echo(f"{_kinds(made.counts)} backed up and verified:\n{made.path}")


@main.command()
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
        click.echo(f"{_kinds(done.added)} added.")
        _name_left_out(done.left_out)
    else:
        done = restorer.restore(file, into=paths.database(), now=now)
        click.echo(f"{_kinds(done.counts)} restored.")
    if done.kept:
        click.echo(f"What was here before is kept:\n{done.kept}")


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how far long work is, on a terminal."""
    with ExitStack() as stack:
        bars = []

        def show(done: int, of: int) -> None:
            if of < LONG or not sys.stderr.isatty():
                return
            if not bars:
                bars.append(stack.enter_context(click.progressbar(length=of, label=label, file=sys.stderr)))
            bars[0].update(done - bars[0].pos)

        yield show


def _tell(done: Exported) -> None:
    counted = {"attempt": done.attempts, "rating": done.ratings}
    what = (
        _count(done.reviews, "review") if done.reviews else " and ".join(_count(n, w) for w, n in counted.items() if n)
    )
    for number, file in enumerate(done.files):
        click.echo(f"{file}" if number else f"{what} exported:\n{file}")
    _name_left_out(done.left_out)


def _name_left_out(left_out: Sequence[Damage]) -> None:
    for damage in left_out[:MOST_NAMED]:
        of = f" at '{damage.question}'" if damage.question else ""
        click.echo(f"Left out: {damage.what} {damage.id}{of}, because {damage.why}", err=True)
    more = len(left_out) - MOST_NAMED
    if more > 0:
        click.echo(f"Left out: {more} more; `recprep doctor` names them all.", err=True)


def _kinds(counts: Mapping[str, int]) -> str:
    """Say how much there is of what a person knows, as in: 3 attempts, 1 rating."""
    told = [_count(counts[kind], kind.removesuffix("s")) for kind in KINDS_SHOWN if counts.get(kind)]
    return ", ".join(told) or "Nothing new was"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
