"""Starts JupyterLab as a child of this Python, asks it over HTTP on this machine, and ends it politely."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from recprep.core.problem import Problem
from recprep.launch import settings

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


def start(
    home: Path, root: Path, *, port: int | None = None, extra: Sequence[str] = ()
) -> tuple[subprocess.Popen[bytes], Server]:
    """Start JupyterLab and wait until it answers.

    Parameters
    ----------
    home, root : pathlib.Path
        The personal home, and the folder that JupyterLab shows.
    port : int, optional
        Where it answers, on this machine only. Without it, 8888 or another free one.
    extra : sequence of str
        More arguments for JupyterLab. What keeps it closed cannot be set.

    Raises
    ------
    Problem
        If the port is in use, or JupyterLab ends or stays silent; names the log.
    """
    token = secrets.token_hex(24)
    fixed = settings.arguments(home, root, port=port, token=token)
    arguments = [*_allowed(extra, fixed), *fixed]
    _refuse_used(port)
    settings.write_files(home)
    more = 2
    while True:
        try:
            return _start_once(home, root, arguments, token)
        except Problem:  # perhaps somebody took the port after JupyterLab had found it free
            if not more or port or not _in_use(settings.FIRST_PORT):
                raise
            more -= 1


def _start_once(home: Path, root: Path, arguments: list[str], token: str) -> tuple[subprocess.Popen[bytes], Server]:
    process = _spawn(home, root, arguments)
    try:
        return process, _wait_until_it_answers(process, home, token)
    except BaseException:
        stop(process)
        raise


def stop(process: subprocess.Popen[bytes]) -> None:
    """End JupyterLab and its kernels: politely, and if that takes too long, at once."""
    process.stdin.close()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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


def _wait_until_it_answers(process: subprocess.Popen[bytes], home: Path, token: str) -> Server:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        server = _announced(home, token)
        if server and server.answers():
            return server
        time.sleep(0.05)
    message = f"JupyterLab did not start. What it said is in {log_file(home)}."
    raise Problem(message)


def _announced(home: Path, token: str) -> Server | None:
    """Find the port that JupyterLab got, in the file that it writes when it has one."""
    for file in settings.runtime_folder(home).glob("jpserver-*.json"):
        with suppress(OSError, ValueError):  # half written
            told = json.loads(file.read_text(encoding="utf-8"))
            if told["token"] == token:
                return Server(told["port"], token)
    return None


def _allowed(extra: Sequence[str], fixed: list[str]) -> Sequence[str]:
    """Refuse what is fixed, by whatever class or short name: some of these would win over ours."""
    closed = {_trait(argument) for argument in fixed} | OTHER_NAMES
    for argument in extra:
        if argument.startswith("-") and _trait(argument) in closed:
            message = f"{argument.partition('=')[0]} cannot be set here: the workbook keeps JupyterLab closed."
            raise Problem(message)
    return extra


def _trait(argument: str) -> str:
    return argument.partition("=")[0].lstrip("-").rpartition(".")[2].replace("-", "_")


def _refuse_used(port: int | None) -> None:
    if port and _in_use(port):
        message = f"Port {port} is in use. Choose another, or leave --port out to get a free one."
        raise Problem(message)


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
