"""Starts `recprep lab` the way a terminal does, on small pages of a test's own."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue

ON_OTHER_PAGES = """
import sys
from pathlib import Path
from recprep.storage import paths
pages = Path(sys.argv.pop(1))
paths.shipped = lambda name: pages
from recprep.cli import main
main(prog_name="recprep")
"""
BUTTON = "import ipywidgets\nipywidgets.Button(description='Begin')"
SECONDS = 90


class LabProcess:
    """A running `recprep lab`, in a process group of its own as in a terminal."""

    def __init__(self, command: list[str], home: Path, **env: str) -> None:
        self.home = home
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **env}
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment | {"RECPREP_HOME": str(home)},
            cwd=home.parent,
            start_new_session=True,
        )
        self.said = ""
        self._lines: Queue[str | None] = Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> "LabProcess":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, text: str) -> str:
        """Give all that was said once `text` is among it."""
        deadline = time.monotonic() + SECONDS
        while text not in self.said:
            try:
                line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
            except Empty:
                line = None
            assert line is not None, f"never said {text!r}, but:\n{self.said}{self.log()}"
            self.said += line
        return self.said

    def address(self) -> str:
        """Give the address it prints."""
        return re.search(r"http://\S+", self.wait_for("?token="))[0]

    def server(self):
        """Give the server at that address."""
        from recprep.launch.server import Server

        port, token = re.search(r":(\d+)/.*token=(\w+)", self.address()).groups()
        return Server(int(port), token)

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send a signal to the whole group, as a terminal does; give the exit code."""
        os.killpg(self.process.pid, how)
        return self.process.wait(SECONDS)

    def log(self) -> str:
        """Give JupyterLab's own messages."""
        log = self.home / "jupyter.log"
        return log.read_text() if log.exists() else ""


def open_lab(home: Path, pages: Path, *arguments: str, python: str = sys.executable, **env: str) -> LabProcess:
    """Start `recprep lab` with the pages of a folder."""
    command = [python, "-c", ON_OTHER_PAGES, str(pages), "lab", "--no-browser", *arguments]
    return LabProcess(command, home, **env)


def write_page(path: Path, *sources: str) -> Path:
    """Write a notebook with these code cells."""
    from nbformat import v4

    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = v4.new_notebook(
        cells=[v4.new_markdown_cell("# A page"), *map(v4.new_code_cell, sources)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}},
    )
    path.write_text(json.dumps(notebook))
    return path


def code_cells(page: Path) -> list[dict]:
    """Give the code cells of a saved page."""
    return [cell for cell in json.loads(page.read_text())["cells"] if cell["cell_type"] == "code"]


def eventually(true: Callable[[], bool]) -> bool:
    """Wait until something is true; False if it never becomes so."""
    deadline = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def processes_of(home: Path) -> list[str]:
    """Give the command lines of all processes whose environment or command line names this home's lab."""
    listed = subprocess.run(["ps", "axww", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(home) in line]
