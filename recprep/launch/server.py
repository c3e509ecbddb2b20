"""Starts JupyterLab as a child of this Python, asks it over HTTP on this machine, and ends it politely."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from recprep.core.problem import Problem
from recprep.launch import settings

FIRST_PORT = 8888
SECONDS_TO_START = 90
SECONDS_TO_STOP = 20
OTHER_NAMES = {
    "sock",
    "config",
    "password",
    "certfile",
    "keyfile",
    "notebook_dir",
    "preferred_dir",
    "gateway_url",
}


@dataclass(frozen=True)
class Server:
    """A running JupyterLab, and how to talk to it."""

    port: int
    token: str

    def address(self, page: str) -> str:
        """Give the full address of a page, with the token."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{page}?token={self.token}"

    def ask(self, method: str, path: str, body: object = None, *, seconds: float = 30) -> dict[str, object]:
        """Send one request and give its answer; an `OSError` if there is none, or a refusal."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        except HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        if answer.status >= 300:
            message = f"{method} {path}: {answer.status} {answer.reason}"
            raise ConnectionError(message)
        return json.loads(text) if text else {}

    def answers(self) -> bool:
        """Say whether it is alive and takes this token."""
        try:
            return "kernels" in self.ask("GET", "/api/status", seconds=5)
        except (OSError, ValueError):
            return False


def start(home: Path, root: Path, *, port: int, extra: list[str]) -> tuple[subprocess.Popen[bytes], Server]:
    """Start JupyterLab and wait until it answers.

    Parameters
    ----------
    home, root : pathlib.Path
        The personal home, and the folder that JupyterLab shows.
    port : int
        Where it will answer, on this machine only.
    extra : list of str
        More arguments for JupyterLab. They cannot override what keeps it closed.

    Raises
    ------
    Problem
        If it ends or stays silent; names the log.
    """
    settings.write_files(home)
    server = Server(port, secrets.token_hex(24))
    fixed = settings.arguments(home, root, port=port, token=server.token)
    process = _spawn(home, root, [*_allowed(extra, fixed), *fixed])
    try:
        _wait_until_it_answers(server, process, home)
    except BaseException:
        stop(process)
        raise
    return process, server


def stop(process: subprocess.Popen[bytes]) -> None:
    """End JupyterLab and its kernels: politely, and if that takes too long, at once."""
    process.stdin.close()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port(wanted: int | None) -> int:
    """Give the wanted port, or else the first free one from 8888 on.

    Raises
    ------
    Problem
        If the wanted port is in use.
    """
    if wanted is None:
        return next(port for port in range(FIRST_PORT, 65536) if _is_free(port))
    if _is_free(wanted):
        return wanted
    message = f"Port {wanted} is in use. Choose another, or leave --port out to get a free one."
    raise Problem(message)


def log_file(home: Path) -> Path:
    """Give the file with JupyterLab's own messages; the one of the start before ends in `.1`."""
    return home / "jupyter.log"


def _spawn(home: Path, root: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    log = log_file(home)
    if log.exists():
        log.replace(log.with_name("jupyter.log.1"))
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as messages:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "recprep.launch.child"],
            stdin=subprocess.PIPE,
            stdout=messages,
            stderr=messages,
            cwd=root,
            env=settings.environment(home),
            start_new_session=True,  # Ctrl+C is for the launcher, which ends this one politely
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    process.stdin.write(json.dumps(arguments).encode() + b"\n")
    process.stdin.flush()
    return process


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"JupyterLab did not start. What it said is in {log_file(home)}."
            raise Problem(message)
        time.sleep(0.05)


def _allowed(extra: list[str], fixed: list[str]) -> list[str]:
    """Refuse what is fixed, by whatever class or short name: some of these would win over ours."""
    closed = {_trait(argument) for argument in fixed} | OTHER_NAMES
    for argument in extra:
        if argument.startswith("-") and _trait(argument) in closed:
            message = (
                f"{argument.partition('=')[0]} cannot be set here: the workbook keeps JupyterLab closed."
            )
            raise Problem(message)
    return extra


def _trait(argument: str) -> str:
    return argument.partition("=")[0].lstrip("-").rpartition(".")[2].replace("-", "_")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
