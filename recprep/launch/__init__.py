"""Starts JupyterLab with the pages ready. Importing this reads and opens nothing."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from recprep.core.problem import Problem

if TYPE_CHECKING:
    from recprep.launch.server import Server

__all__ = ["lab"]

SECONDS_TO_WAIT_FOR_OTHER = 120


def lab(
    *,
    say: Callable[[str], object],
    port: int | None = None,
    browser: bool = True,
    extra: Sequence[str] = (),
) -> int:
    """Open the workbook in JupyterLab, and stay until it is closed.

    A second call for the same home opens the workbook that already runs. Ctrl+C (and SIGTERM, and closing the
    terminal) ends everything at once; if this process is killed, JupyterLab and its kernels end as well.

    Parameters
    ----------
    say : callable
        Takes each line for the person.
    port : int, optional
        Where JupyterLab answers, on this machine only. Without it, 8888 or the next free one.
    browser : bool
        Whether to open a browser; the address is said in any case.
    extra : sequence of str
        More arguments for JupyterLab. What keeps it closed cannot be set.

    Returns
    -------
    int
        The exit code: 0, also after Ctrl+C.

    Raises
    ------
    Problem
        If it cannot start, or ends by itself; says why, and what can be done.
    """
    from recprep.launch.ending import signals_interrupt
    from recprep.storage import paths

    home = paths.home()
    with suppress(KeyboardInterrupt), signals_interrupt(), _calm_about(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim, running = _claim_or_find(home)
        if running:
            _open_again(*running, say, browser)
        else:
            with closing(claim):
                _run(home, say, port, browser, extra)
    return 0


def _claim_or_find(home: Path) -> tuple[BinaryIO | None, tuple[Server, str] | None]:
    """Give the claim on this home, or the server that somebody else runs for it, and its first page."""
    from recprep.launch import running
    from recprep.launch.server import Server

    deadline = time.monotonic() + SECONDS_TO_WAIT_FOR_OTHER
    while time.monotonic() < deadline:
        if claim := running.claim(home):
            return claim, None
        if where := running.recorded(home):
            server = Server(where["port"], where["token"])
            if server.answers():
                return None, (server, where["page"])
        time.sleep(0.1)
    message = f"Another `recprep lab` uses {home} and does not answer. End it, and start again."
    raise Problem(message)


def _open_again(server: Server, page: str, say: Callable[[str], object], browser: bool) -> None:
    say("The workbook is open already.")
    waiting = _show(server.address(page), say, browser)
    if waiting:
        waiting.join()


def _run(home: Path, say: Callable[[str], object], port: int | None, browser: bool, extra: Sequence[str]) -> None:
    from recprep.launch import running, server
    from recprep.launch.ending import signals_wait
    from recprep.storage import paths

    say("Opening the workbook ...")
    running.forget(home)
    pages = _refresh_pages(home, say)
    _import_meanwhile("recprep.launch.prepare")
    process, lab_server = server.start(home, paths.workbook(), port=port, extra=extra)
    try:
        _prepare(lab_server, home, pages, say)
        first = pages[0] if pages else ""
        running.record(home, port=lab_server.port, token=lab_server.token, pid=process.pid, page=first)
        _show(lab_server.address(first), say, browser)
        say(f"Your answers are kept in {home}. To stop, press Ctrl+C here.")
        _wait(process, server.log_file(home))
    finally:
        with signals_wait():
            running.forget(home)
            server.stop(process)
            say("The workbook is closed.")


def _refresh_pages(home: Path, say: Callable[[str], object]) -> list[str]:
    """Give the pages below the folder that JupyterLab shows, in their order."""
    from recprep.launch import pages
    from recprep.storage import paths

    shipped, working = paths.shipped("notebooks"), paths.workbook() / "notebooks"
    today = datetime.now().astimezone().date()
    for sentence in pages.refresh(shipped, working, manifest=home / "pages.json", today=today):
        say(sentence)
    return [f"notebooks/{page.name}" for page in sorted(shipped.glob("*.ipynb"))]


def _import_meanwhile(module: str) -> None:
    """Spend the wait for JupyterLab on an import that takes nearly a second."""
    threading.Thread(target=import_module, args=[module], daemon=True).start()


def _prepare(server: Server, home: Path, pages: list[str], say: Callable[[str], object]) -> None:
    from recprep.launch.prepare import prepare
    from recprep.storage import paths

    for sentence in prepare(server, home, paths.workbook(), pages):
        say(sentence)


def _show(address: str, say: Callable[[str], object], browser: bool) -> threading.Thread | None:
    say(f"The workbook is open at\n    {address}")
    if not browser:
        return None
    from recprep.launch.browser import show

    return show(address)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    while process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1 if os.name == "nt" else None)
    if process.returncode:
        message = f"JupyterLab ended by itself. What it said is in {log}. Your answers are safe; start again."
        raise Problem(message)


@contextmanager
def _calm_about(home: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # nobody reads what is said
        raise
    except OSError as error:
        message = f"The workbook cannot use its folder {home}: {error}. See that you may write there."
        raise Problem(message) from error
