"""Import roles, find them, write them out, and take them off the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recprep.cli.saying import MANY_FILES, bar, says_yes
from recprep.ui.text import counted, printable

if TYPE_CHECKING:
    from recprep.core.bank import Bank
    from recprep.storage.catalogue.holding import Listed

MOST_ROLES = 20  # that are listed


class _WithFormats(click.Command):
    """Explains below its options the formats that a command reads, or writes."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        from recprep import exchange

        known = exchange.formats() if self.name == "import" else exchange.writable()
        with formatter.section("Formats"):
            formatter.write_dl(list(known.items()))


@click.command("import", cls=_WithFormats)
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
    with bar("Importing", least=MANY_FILES) as progress:
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


@click.command(cls=_WithFormats)
@click.argument("text", nargs=-1)
@click.option("--remove", metavar="ID", help="Take an imported role off the list. What you answered in it is kept.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@click.option("--write", nargs=2, metavar="ID FOLDER", help="Write a role into FOLDER, with your own questions.")
@click.option("--format", "form", metavar="FORMAT", help="What --write makes: one of those below. Usually YAML files.")
@click.pass_context
def roles(
    context: click.Context,
    text: tuple[str, ...],
    remove: str | None,
    yes: bool,
    write: tuple[str, str] | None,
    form: str | None,
) -> None:
    """Find roles: their ids, names, fields, and how many questions each has.

    TEXT is part of a name, a field or a specialty; accents, brackets and small typos make no difference. Without it,
    the roles that came with the workbook and those you practised are listed.
    """
    if sum(map(bool, (text, remove, write))) > 1 or (form and not write):
        message = "TEXT, --remove and --write do not go together; give one of them. --format goes with --write."
        raise click.UsageError(message)
    if remove:
        context.exit(0 if _remove_role(remove, yes=yes) else 1)
    elif write:
        _write_role(write[0], Path(write[1]), form)
    else:
        context.exit(0 if (_search_roles(" ".join(text)) if text else _overview_of_roles()) else 1)


def _write_role(role: str, folder: Path, form: str | None) -> None:
    from recprep import exchange

    if form not in (None, *exchange.writable()):
        message = f"There is no format '{form}'. Formats: {', '.join(exchange.writable())}."
        raise click.UsageError(message)
    written = exchange.write_bank(_with_own_questions(role), folder, **({"format": form} if form else {}))
    click.echo(f"Written:\n{written.place}")
    for sentence in written.left_out:
        click.echo(sentence)


def _with_own_questions(role: str) -> Bank:
    from recprep.storage import library, own, paths
    from recprep.storage.store import Store

    bank = library.load_bank(role)
    if not paths.database().exists():
        return bank
    with Store(paths.database()) as store:
        return own.laid_over(bank, store)


def _search_roles(text: str) -> bool:
    from recprep.storage import library

    found = library.search_roles(text, most=None)
    _list_roles(found[:MOST_ROLES])
    more = len(found) - MOST_ROLES
    if more > 0:
        click.echo(f"... and {more:,} more. Add a word to see fewer.")
    if not found:
        click.echo(f"No role is called like '{printable(text)}'. To take in more roles: recprep import SOURCE")
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
        click.echo(f"Imported: {counted(len(imported), 'role')}.{told}")
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
        parts = (one.id.ljust(widths[0]), one.name.ljust(widths[1]), one.place, counted(one.questions, "question"))
        click.echo(printable(f"  {'  '.join(part for part in parts if part)}"))


def _remove_role(role: str, *, yes: bool) -> bool:
    from recprep.storage import library

    name = library.imported_role(role).name
    click.echo(f"{name} ({role}) goes off the list. What you answered in it is kept, and counts as before.")
    if not (yes or says_yes("Type yes to remove it")):
        click.echo("Nothing was removed.")
        return False
    library.remove_role(role, now=datetime.now(UTC))
    click.echo("Removed. If you import it again, it is as it was.")
    return True


COMMANDS = (import_, roles)
