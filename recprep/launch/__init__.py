"""Starts JupyterLab with the pages ready. Importing this reads and opens nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path

from recprep.core.problem import Problem

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
        More arguments for JupyterLab.

    Returns
    -------
    int
        The exit code: 0, also after Ctrl+C.

    Raises
    ------
    Problem
        If it cannot start; says why, and what can be done.
    """
    from recprep.launch import running
    from recprep.storage import paths

    home = paths.home()
    with suppress(KeyboardInterrupt), _signals_as_interrupt(), _folder_problems(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim = _claim_or_find_running(home)
        if claim is None:
            _open_running(running.recorded(home), say, browser)
        else:
            with closing(claim):
                _run(home, say, port, browser, extra)
    return 0


def _claim_or_find_running(home: Path) -> object | None:
    """Give the claim on this home, or None when somebody else's server answers."""
    from recprep.launch import running
    from recprep.launch.server import Server

    deadline = time.monotonic() + SECONDS_TO_WAIT_FOR_OTHER
    while time.monotonic() < deadline:
        if claim := running.claim(home):
            return claim
        where = running.recorded(home)
        if where and Server(where["port"], where["token"]).answers():
            return None
        time.sleep(0.1)
    message = f"Another `recprep lab` uses {home} and does not answer. End it, and start again."
    raise Problem(message)


def _open_running(where: dict, say: Callable[[str], object], browser: bool) -> None:
    from recprep.launch.server import Server

    say("The workbook is already open; here is its address again.")
    address = Server(where["port"], where["token"]).address(where["page"])
    waiting = _show(address, say, browser)
    if waiting:
        waiting.join()


def _run(
    home: Path, say: Callable[[str], object], port: int | None, browser: bool, extra: Sequence[str]
) -> None:
    from recprep.launch import running, server
    from recprep.storage import paths

    running.forget(home)
    names = _refresh_pages(home, say)
    _import_meanwhile("recprep.launch.prepare")
    process, lab_server = _start(home, paths.workbook(), port, list(extra))
    try:
        from recprep.launch.prepare import prepare

        for sentence in prepare(lab_server, home, paths.workbook(), names):
            say(sentence)
        page = names[0] if names else ""
        running.record(home, port=lab_server.port, token=lab_server.token, pid=process.pid, page=page)
        _show(lab_server.address(page), say, browser)
        say(f"Your answers are kept in {home}. To stop, press Ctrl+C here.")
        _wait(process)
    finally:
        with _signals_ignored():
            running.forget(home)
            server.stop(process)
            say("The workbook is closed.")


def _refresh_pages(home: Path, say: Callable[[str], object]) -> list[str]:
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


def _start(home: Path, root: Path, port: int | None, extra: list[str]) -> tuple:
    """Start on a free port; if somebody takes it in the same moment, on the next."""
    from recprep.launch import server

    while True:
        chosen = server.free_port(port)
        try:
            return server.start(home, root, port=chosen, extra=extra)
        except Problem:
            if port is not None or server.free_port(None) == chosen:
                raise


def _show(address: str, say: Callable[[str], object], browser: bool) -> object | None:
    say(f"The workbook is open at\n    {address}")
    if not browser:
        return None
    from recprep.launch.browser import show

    return show(address)


def _wait(process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1 if os.name == "nt" else None)


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the workbook the way Ctrl+C does."""
    with _handlers(signal.default_int_handler):
        yield


@contextmanager
def _signals_ignored() -> Iterator[None]:
    """Let nothing interrupt the closing, which takes a second or two."""
    with _handlers(signal.SIG_IGN):
        yield


@contextmanager
def _handlers(handler: object) -> Iterator[None]:
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), handler) for name in names}
    try:
        yield
    finally:
        for name, was in before.items():
            signal.signal(getattr(signal, name), was)


@contextmanager
def _folder_problems(home: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"The workbook cannot use its folder {home}: {error}. See that you may write there."
        raise Problem(message) from error
