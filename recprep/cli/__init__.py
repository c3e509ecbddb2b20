"""The command line. Each command loads what it needs, so that `recprep --help` comes at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from recprep.cli import letting_go, records, roles
from recprep.core.problem import Problem
from recprep.ui.text import counted


class _Calm(click.Group):
    """Shows a `Problem` as its sentence."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Problem as problem:
            click.echo(str(problem), err=True)
            context.exit(1)


@click.group(cls=_Calm, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="recprep", message="recprep %(version)s")
def main() -> None:
    """Practise for a job interview, in a workbook that stays on your machine.

    Start with: recprep lab
    """


@click.command()
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


@click.command()
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
    click.echo("All is sound." if not unsound else f"{counted(unsound, 'thing')} to mend.")
    context.exit(1 if unsound else 0)


@click.command()
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
    click.echo("No mistakes found." if not findings else f"{counted(len(findings), 'mistake')} found.")
    context.exit(1 if findings else 0)


for command in (lab, doctor, check, *records.COMMANDS, *letting_go.COMMANDS, *roles.COMMANDS):
    main.add_command(command)
