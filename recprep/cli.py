"""The command line. Each command loads what it needs, so that `recprep --help` comes at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recprep.core.problem import Problem

if TYPE_CHECKING:
    from recprep.storage.catalogue.holding import Listed
    from recprep.storage.custody.erase import Erased
    from recprep.storage.custody.export import Exported
    from recprep.storage.custody.holdings import Survey
    from recprep.storage.custody.retention import Disposed
    from recprep.storage.store import Damage, Store

LONG, MANY_FILES = 10_000, 500  # steps, and files to import, from which on a bar is shown
MOST_ROLES = 20  # that are listed
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


class _WithFormats(click.Command):
    """Explains the formats of an import below its options."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        from recprep.exchange import formats

        with formatter.section("Formats"):
            formatter.write_dl(list(formats().items()))


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
    findings = examiner.examine(paths.home(), now=datetime.now(UTC).astimezone())
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


@main.command("import", cls=_WithFormats)
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", metavar="FORMAT", help="One of those below. Without it, it is recognised.")
@click.option("--dry-run", is_flag=True, help="Change nothing, and say what would change.")
@click.pass_context
def import_(context: click.Context, source: Path, form: str | None, dry_run: bool) -> None:
    """Take roles and their questions from a file, or from all files in a folder.

    Imported again, a role is updated and never doubled; it and its questions keep their ids, also when their wording
    was edited, so what you answered stays with them. What is left out is counted, with the reason. SOURCE itself is
    only read.
    """
    from recprep import exchange
    from recprep.storage import paths
    from recprep.storage.catalogue.outcome import in_words

    if form not in (None, *exchange.formats()):
        message = f"There is no format '{form}'. Formats: {', '.join(exchange.formats())}."
        raise click.UsageError(message)
    with _progress("Importing", least=MANY_FILES) as progress:
        done = exchange.import_from(
            source,
            catalogue=paths.catalogue(),
            now=datetime.now(UTC),
            format=form,
            dry_run=dry_run,
            progress=progress,
        )
    if dry_run:
        click.echo("Nothing was changed. Without --dry-run:")
    for line in in_words(done):
        click.echo(line)
    if len(done.roles) == 1 and not dry_run:
        click.echo(f'To practise it: recprep.practice(role="{done.roles[0]}")')
    context.exit(0 if done.roles else 1)


@main.command()
@click.argument("text", nargs=-1)
@click.option("--remove", metavar="ID", help="Take an imported role off the list. What you answered in it is kept.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@click.option("--write", nargs=2, metavar="ID FOLDER", help="Write a role into a new folder in FOLDER, as YAML files.")
@click.pass_context
def roles(
    context: click.Context, text: tuple[str, ...], remove: str | None, yes: bool, write: tuple[str, str] | None
) -> None:
    """Find roles: their ids, names, fields, and how many questions each has.

    TEXT is part of a name, a field or a specialty; accents, brackets and small typos make no difference. Without it,
    the roles that came with the workbook and those you practised are listed.
    """
    if sum(map(bool, (text, remove, write))) > 1:
        message = "TEXT, --remove and --write do not go together; give one of them."
        raise click.UsageError(message)
    if remove:
        context.exit(0 if _remove_role(remove, yes=yes) else 1)
    elif write:
        from recprep.exchange import write_bank

        click.echo(f"Written:\n{write_bank(write[0], Path(write[1]))}")
    else:
        context.exit(0 if (_search_roles(" ".join(text)) if text else _overview_of_roles()) else 1)


def _search_roles(text: str) -> bool:
    from recprep.storage import library

    found = library.search_roles(text, most=None)
    _list_roles(found[:MOST_ROLES])
    more = len(found) - MOST_ROLES
    if more > 0:
        click.echo(f"... and {more:,} more. Add a word to see fewer.")
    if not found:
        click.echo(f"No role is called like '{_printable(text)}'. To take in more roles: recprep import SOURCE")
    return bool(found)


def _overview_of_roles() -> bool:
    from recprep.storage import library

    everything = {one.id: one for one in library.every_role()}
    imported = [one for one in everything.values() if one.imported]
    practised = [everything[name] for name in _practised_roles() if name in everything]
    _list_roles([one for one in everything.values() if not one.imported])
    few = len(imported) <= MOST_ROLES
    shown = imported if few else [one for one in practised if one.imported][:MOST_ROLES]
    if imported:
        told = "" if few else " Those you practised:" if shown else " You practised none of them yet."
        click.echo(f"Imported: {_count(len(imported), 'role')}.{told}")
    _list_roles(shown)
    click.echo("To search them: recprep roles TEXT" if imported else "To take in more roles: recprep import SOURCE")
    return True


def _practised_roles() -> list[str]:
    from recprep.storage import paths
    from recprep.storage.store import Store

    if not paths.database().exists():
        return []
    with Store(paths.database()) as store:
        return store.roles()


def _list_roles(found: Sequence[Listed]) -> None:
    widths = [max((len(one[column]) for one in found), default=0) for column in (0, 1)]
    for one in found:
        parts = (one.id.ljust(widths[0]), one.name.ljust(widths[1]), one.place, _count(one.questions, "question"))
        click.echo(_printable(f"  {'  '.join(part for part in parts if part)}"))


def _remove_role(role: str, *, yes: bool) -> bool:
    from recprep.storage import library

    name = library.imported_role(role).name
    click.echo(f"{name} ({role}) goes off the list. What you answered in it is kept, and counts as before.")
    if not (yes or _says_yes("Type yes to remove it")):
        click.echo("Nothing was removed.")
        return False
    library.remove_role(role, now=datetime.now(UTC))
    click.echo("Removed. If you import it again, it is as it was.")
    return True


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


@main.command()
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


@main.command()
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
    if not (yes or _says_yes("It cannot be undone. Type yes to erase all of it")):
        click.echo("Nothing was erased.")
        context.exit(1)
    with _workbook_claimed(home) as lab_is_open, _progress("Erasing") as progress:
        done = eraser.erase(home, now=datetime.now(UTC), progress=progress, lab_is_open=lab_is_open)
    _tell_erased(done)
    context.exit(1 if done.failed else 0)


def _dispose(store: Store, now: datetime, *, backups: bool, yes: bool) -> None:
    from recprep.storage.custody import decisions, keeping, retention

    with suppress(Problem):  # what an earlier disposal could not finish
        store.wipe()
    with _progress("Looking") as progress:
        due = retention.due(store, now=now, progress=progress)
    click.echo(f"Answers are kept: {due.rule or keeping.UNTIL_ERASED}.")
    for one in due.holds:
        click.echo(f"On hold until you release it: {one.scope}.")
    if due.held:
        click.echo(f"{_count(due.held, 'older answer')} held.")
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
    with _progress("Disposing") as progress:
        done = retention.dispose(store, due, now=now, by="the person, by command", backups=backups, progress=progress)
    _tell_disposed(done)


def _tell_disposed(done: Disposed) -> None:
    from recprep.storage.custody import decisions

    if done.record:
        click.echo("\n".join(decisions.sentences([done.record])))
    if done.spared:
        click.echo(f"{_count(done.spared, 'answer')} stayed: held, or not the same any more.")
    if done.backup:
        click.echo(f"A new backup without them, in place of {_count(len(done.removed), 'older one')}:\n{done.backup}")
    for notice in done.notices:
        click.echo(notice, err=True)


def _show_kept(found: Survey) -> None:
    click.echo(f"In {found.home}:")
    for row in found.kept:
        amount = f"{_count(row.files, 'file')}, {_size(row.bytes)}, since {row.since.astimezone():%d %b %Y}"
        click.echo(f"  {row.what}: {amount}, in {row.where}")
    if any(found.counts.get(kind) for kind in KINDS_SHOWN):
        click.echo(f"In your history: {_kinds(found.counts)}.")
    if found.counts.get("holds", 0) > found.counts.get("liftings", 0):
        click.echo("A hold stands. It keeps answers from being disposed of, not from being erased.")
    if found.changed:
        click.echo(f"You changed these pages, and they go too: {', '.join(found.changed)}.")
    if found.foreign:
        more = len(found.foreign) - MOST_NAMED
        named = [*(path.name for path in found.foreign[:MOST_NAMED]), *([f"{more} more"] if more > 0 else [])]
        click.echo(_printable(f"Not made by the workbook, and stays: {', '.join(named)}."))
    if found.begun:
        click.echo(f"An erasing was begun on {found.begun.astimezone():%d %b %Y, %H:%M}, and was interrupted.")


def _says_yes(question: str) -> bool:
    if not sys.stdin.isatty():
        message = "There is nobody to ask. To go on without being asked, add --yes."
        raise click.UsageError(message)
    answer = click.prompt(question, default="", show_default=False)
    return answer.strip().lower() == "yes"


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
        click.echo(f"Removed: {row.what} ({_count(row.files, 'file')}, {_size(row.bytes)})")
    for stayed in done.left:
        click.echo(_printable(f"Left: {stayed.path}: {stayed.why}"))
    for stayed in done.failed:
        click.echo(_printable(f"Not removed: {stayed.path}: {stayed.why}"), err=True)
    click.echo("Out of reach:")
    for sentence in done.unreachable:
        click.echo(_printable(f"  {sentence}"))


def _printable(text: str) -> str:
    """Give a text in which a file name that is no text does no harm."""
    return text.encode(errors="replace").decode()


def _size(number: int) -> str:
    return f"{number / 1e6:,.1f} MB" if number >= 1e6 else f"{-(-number // 1000):,} kB"


@contextmanager
def _progress(label: str, *, least: int = LONG) -> Iterator[Callable[[int, int], None]]:
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
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
