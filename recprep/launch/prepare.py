"""Runs the pages' cells before they are opened, so that their forms are there, alive, at the first look."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING

import nbformat
from jupyter_client import BlockingKernelClient
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, output_from_msg

from recprep.launch import settings
from recprep.launch.pages import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbformat import NotebookNode

    from recprep.launch.server import Server

SECONDS_A_PAGE = 60
SECONDS_TO_INTERRUPT = 5
SECONDS_TO_ANSWER = 15  # then a new kernel counts as dead; the usual one second is too short on a busy machine
SECONDS_OF_SILENCE = 1  # then the kernel is asked whether it is still the same


class PageError(Exception):
    """A page could not be run to its end; its message says why, in a few words."""


class KernelLostError(PageError):
    """The kernel ended, or cannot be interrupted: what other pages show is dead, too."""


def prepare(
    server: Server, home: Path, root: Path, pages: Iterable[str], *, seconds: float = SECONDS_A_PAGE
) -> list[str]:
    """Run every page on one kernel, in the sessions that JupyterLab will find, and write what they show.

    A page that raises a `Problem` keeps its sentence. A page that fails otherwise is left without outputs.

    Parameters
    ----------
    server : Server
        A running JupyterLab.
    home, root : pathlib.Path
        The personal home, and the folder that JupyterLab shows.
    pages : iterable of str
        Paths of the pages below `root`, with slashes.
    seconds : float
        The longest that one page may take; then it is interrupted.

    Returns
    -------
    list of str
        One sentence for each page that is not ready, and how to run it.
    """
    failed: dict[str, str] = {}
    pages = list(pages)
    while not _prepare_all(server, home, root, [page for page in pages if page not in failed], failed, seconds):
        pass
    for page in failed:
        with suppress(Exception):  # then it is no notebook, and JupyterLab will say so
            _write_signed(_read_without_outputs(root / page), root / page, home)
    return [_sentence(page, why) for page, why in failed.items()]


def _prepare_all(
    server: Server, home: Path, root: Path, pages: list[str], failed: dict[str, str], seconds: float
) -> bool:
    """Give False if the kernel was lost, and the pages that did not fail are to be run on another."""
    try:
        kernel = _open_sessions(server, pages)
        with _client(settings.runtime_folder(home) / f"kernel-{kernel}.json", seconds) as client:
            for page in pages:
                try:
                    _prepare_page(server, client, kernel, root / page, home, seconds)
                except KernelLostError as error:
                    failed[page] = str(error)
                    server.ask("DELETE", f"/api/kernels/{kernel}")
                    return False
                except Exception as error:
                    failed[page] = str(error)
    except Exception as error:  # whatever it is, JupyterLab opens without it
        failed |= {page: str(error) for page in pages if page not in failed}
    return True


def _open_sessions(server: Server, pages: list[str]) -> str:
    """Give the id of the one kernel that all pages share."""
    chosen = {"name": "python3"}
    for page in pages:
        body = {"path": page, "name": Path(page).name, "type": "notebook", "kernel": chosen}
        chosen = {"id": server.ask("POST", "/api/sessions", body)["kernel"]["id"]}
    return chosen["id"]


@contextmanager
def _client(connection: Path, seconds: float) -> Iterator[BlockingKernelClient]:
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.hb_channel.time_to_dead = SECONDS_TO_ANSWER
    client.start_channels()
    try:
        client.wait_for_ready(timeout=seconds)
        yield client
    finally:
        client.stop_channels()


def _prepare_page(
    server: Server, client: BlockingKernelClient, kernel: str, path: Path, home: Path, seconds: float
) -> None:
    notebook = _read_without_outputs(path)
    try:
        _run_cells(client, notebook, seconds)
    except TimeoutError:
        _interrupt(server, client, kernel)
        message = f"it took longer than {seconds:g} seconds"
        raise PageError(message) from None
    # As JupyterLab would write it at the first connection: else every page counts as changed when it opens.
    notebook.metadata.language_info = client.kernel_info(reply=True)["content"]["language_info"]
    _write_signed(notebook, path, home)


def _interrupt(server: Server, client: BlockingKernelClient, kernel: str) -> None:
    server.ask("POST", f"/api/kernels/{kernel}/interrupt")
    try:
        _run_cell(client, new_code_cell(), time.monotonic() + SECONDS_TO_INTERRUPT)
    except TimeoutError:
        message = "it never ends, and cannot be interrupted"
        raise KernelLostError(message) from None


def _read_without_outputs(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _run_cells(client: BlockingKernelClient, notebook: NotebookNode, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip():
            _run_cell(client, cell, deadline)
            error = next((shown for shown in cell.outputs if shown.output_type == "error"), None)
            if error and error.ename == "Problem":
                return
            if error:
                message = f"a cell stopped with {error.ename}: {error.evalue}"
                raise PageError(message)


def _run_cell(client: BlockingKernelClient, cell: NotebookNode, deadline: float) -> None:
    kernel = _identity(client)
    request = client.execute(cell.source, allow_stdin=False)
    while True:
        message = _next_message(client, deadline, kernel)
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != request:
            continue
        if kind == "status" and content["execution_state"] == "idle":
            return
        _keep(cell, message)


def _next_message(client: BlockingKernelClient, deadline: float, kernel: str | None) -> dict:
    """Wait for what the cell shows; in a silence, find out whether JupyterLab has restarted the kernel."""
    while (left := deadline - time.monotonic()) > 0:
        with suppress(Empty):
            return client.get_iopub_msg(timeout=min(left, SECONDS_OF_SILENCE))
        if _identity(client) not in (kernel, None):
            message = "its kernel ended"
            raise KernelLostError(message)
    raise TimeoutError


def _identity(client: BlockingKernelClient) -> str | None:
    """Give what tells one run of the kernel from the next, also while a cell runs; None if it does not answer."""
    asked = client.session.msg("kernel_info_request")
    client.control_channel.send(asked)
    with suppress(Empty):
        while True:
            answer = client.get_control_msg(timeout=SECONDS_OF_SILENCE)
            if answer["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
                return answer["header"]["session"]
    return None


def _keep(cell: NotebookNode, message: dict) -> None:
    kind, content = message["msg_type"], message["content"]
    if kind == "execute_input":
        cell.execution_count = content["execution_count"]
    elif kind == "clear_output":
        cell.outputs = []
    elif kind == "stream" and cell.outputs and cell.outputs[-1].get("name") == content["name"]:
        cell.outputs[-1].text += content["text"]
    elif kind in ("stream", "display_data", "execute_result", "error"):
        cell.outputs.append(output_from_msg(message))


def _write_signed(notebook: NotebookNode, path: Path, home: Path) -> None:
    """Write a page that JupyterLab trusts: an untrusted one shows a widget's text instead of the widget."""
    with NotebookNotary(data_dir=str(settings.jupyter_folder(home))) as notary:
        notary.sign(notebook)
    write_atomically(path, nbformat.writes(notebook) + "\n")


def _sentence(page: str, why: str) -> str:
    return f"The page {Path(page).stem} is not ready: {why}. To run it, open it and choose Run > Run All Cells."
