"""The same notebooks in a plain JupyterLab, in Notebook 7 and in Voila."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from urllib.parse import urlsplit

import pytest
from lab_process import eventually
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate

from browser.conftest import Visit
from browser.desk import Form, attempts
from recprep.storage import paths

PRACTICE = "notebooks/10-practice.ipynb"
OF_VOILA = {"cdnjs.cloudflare.com", "cdn.jsdelivr.net"}  # its own template asks there for scripts and icons


class Server:
    """A Jupyter server as anybody may have it, on a copy of the notebooks."""

    def __init__(self, folder: Path) -> None:
        self.home, self.token = folder / "home", secrets.token_hex(8)
        shutil.copytree(paths.shipped("notebooks"), folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = {"ServerApp.port": self.port, "ServerApp.root_dir": folder, "IdentityProvider.token": self.token}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        folders = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
                + [f"--{name}={value}" for name, value in options.items()],
                stdout=log, stderr=log,
                env=environment | folders | {
                    "RECPREP_HOME": str(self.home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
            )  # fmt: skip
        assert eventually(self.answers), (folder / "log").read_text()

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", f"/api/status?token={self.token}")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def address(self, way: str) -> str:
        return f"http://127.0.0.1:{self.port}/{way}/{PRACTICE}?token={self.token}"

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.end()


def run_all(page: Page) -> None:
    """Run all cells, and once more when nothing came of it: before its kernel is there, a page runs nothing."""
    for _ in range(3):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
        with suppress(TooLate):
            Form(page).answer.wait_for(timeout=25_000)
            return


def save_an_attempt(page: Page, server: Server) -> None:
    """Take the path of one question, and see the attempt on the disk."""
    before = attempts(server.home)
    form = Form(page)
    form.answer_in_full("I would ask who may see it.")
    form.button("Save and next").click()
    expect(form.status).to_contain_text("Attempt saved")
    assert attempts(server.home) == before + 1


def hosts_asked(page: Page) -> set[str]:
    """Collect, from now on, the hosts that a page asks for anything."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.update(filter(None, [urlsplit(request.url).hostname])))
    return hosts


@pytest.mark.parametrize("way", ["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook 7"])
def test_as_it_comes_run_all_cells_gives_a_form_that_works(server: Server, visit: Visit, way: str) -> None:
    page = visit("about:blank")
    hosts = hosts_asked(page)
    page.goto(server.address(way))
    page.get_by_role("heading", name="Choose for yourself").wait_for()
    run_all(page)
    save_an_attempt(page, server)
    assert hosts == {"127.0.0.1"}


def test_voila_shows_the_form_and_no_code(server: Server, visit: Visit) -> None:
    page = visit("about:blank")
    page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    hosts = hosts_asked(page)
    page.goto(server.address("voila/render"))
    save_an_attempt(page, server)
    assert hosts - OF_VOILA == {"127.0.0.1"}
    expect(page.get_by_text("import recprep")).to_be_hidden()
