"""`recprep lab` from the terminal to the page: started, found again, closed to others, ended."""

import http.client
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_process import (
    BUTTON,
    LabProcess,
    code_cells,
    eventually,
    open_lab,
    processes_of,
    write_page,
)

HOSTILE = """
from pathlib import Path
c = get_config()
for server in (c.ServerApp, c.LabApp):
    server.ip = "0.0.0.0"
    server.token = server.password = ""
    server.root_dir = "/"
    server.base_url = "/elsewhere/"
    server.port = 1
    server.allow_origin = "*"
    server.disable_check_xsrf = server.allow_remote_access = server.terminals_enabled = True
    server.certfile = "/nowhere.pem"
for provider in (c.IdentityProvider, c.PasswordIdentityProvider):
    provider.token = ""
c.PasswordIdentityProvider.hashed_password = "argon2:x"
c.GatewayClient.url = "http://192.0.2.1"
c.Session.key = b""
"""
CONFIG_FILES = ["jupyter_config.py", "jupyter_server_config.py", "jupyter_lab_config.py"]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return pages_in(tmp_path)


def pages_in(folder: Path) -> Path:
    folder = folder / "program" / "notebooks"
    write_page(folder / "00-start-here.ipynb", BUTTON)
    write_page(folder / "10-practice.ipynb", "import os, sys\nprint(os.environ['RECPREP_HOME'], sys.executable)")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def lab(home: Path, pages: Path) -> Iterator[LabProcess]:
    with open_lab(home, pages) as process:
        process.wait_for("To stop")
        yield process


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    """Give a workbook that the tests look at, and leave as it is."""
    folder = tmp_path_factory.mktemp("running")
    with open_lab(folder / "home", pages_in(folder)) as process:
        process.wait_for("To stop")
        yield process
        process.end()


def status(port: int, path: str, method: str = "GET", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def hide_config(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in CONFIG_FILES:
        (folder / name).write_text(HOSTILE)
    return folder


def hide_kernel(folder: Path) -> Path:
    kernel = folder / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["false"], "display_name": "Not this Python", "language": "python"}')
    return folder


def test_it_prints_an_address_that_opens_the_start_page(running: LabProcess) -> None:
    assert running.address().startswith("http://127.0.0.1:")
    assert "/lab/tree/notebooks/00-start-here.ipynb?token=" in running.address()
    with urllib.request.urlopen(running.address()) as answer:
        assert b"JupyterLab" in answer.read()


def test_it_says_where_the_answers_are_and_how_to_stop(running: LabProcess) -> None:
    assert f"Your answers are kept in {running.home}. To stop, press Ctrl+C here." in running.said


def test_the_pages_are_ready_and_run_on_this_python_with_this_home(running: LabProcess) -> None:
    start, practice = sorted((running.home / "workbook" / "notebooks").glob("*.ipynb"))
    assert code_cells(start)[0]["outputs"][0]["output_type"] == "execute_result"
    assert code_cells(practice)[0]["outputs"][0]["text"] == [f"{running.home} {sys.executable}\n"]


def test_a_second_start_gives_the_same_address(running: LabProcess, pages: Path) -> None:
    with open_lab(running.home, pages) as second:
        assert second.address() == running.address()
        assert second.process.wait(30) == 0
    assert "The workbook is open already." in second.said


def test_two_starts_at_once_make_one_server(home: Path, pages: Path) -> None:
    with open_lab(home, pages) as one, open_lab(home, pages) as other:
        assert one.address() == other.address()
        assert sorted("open already" in lab.said for lab in (one, other)) == [False, True]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_all(lab: LabProcess, how: signal.Signals) -> None:
    assert len(processes_of(lab.home)) == 1, "the kernel"
    assert lab.end(how) == 0
    assert "The workbook is closed." in lab.wait_for("closed")
    assert processes_of(lab.home) == []
    assert not lab.server().answers()
    assert not (lab.home / "server.json").exists()


def test_after_a_kill_nothing_stays_behind_and_a_new_start_works(lab: LabProcess, pages: Path) -> None:
    lab.end(signal.SIGKILL)
    assert eventually(lambda: not lab.server().answers() and not processes_of(lab.home))
    assert (lab.home / "server.json").exists(), "the stale record is the point"
    with open_lab(lab.home, pages) as second:
        second.wait_for("To stop")
        assert second.server().answers()
        assert second.end() == 0


def test_ctrl_c_while_it_starts_leaves_nothing_behind(home: Path, pages: Path) -> None:
    with open_lab(home, pages) as lab:
        lab.wait_for("Opening")
        assert eventually(lambda: (home / "jupyter.log").exists())
        assert lab.end() == 0
        assert processes_of(home) == []


def test_shutting_down_in_jupyterlab_ends_it(lab: LabProcess) -> None:
    lab.server().ask("POST", "/api/shutdown")
    lab.wait_for("The workbook is closed.")
    assert lab.process.wait(30) == 0


def test_the_record_and_the_log_are_for_the_persons_eyes_only(running: LabProcess) -> None:
    for name in ("", "server.json", "jupyter.log", "pages.json", "jupyter/runtime"):
        assert stat.S_IMODE((running.home / name).stat().st_mode) & 0o077 == 0, name


def test_the_token_is_on_no_command_line_and_in_no_log(running: LabProcess) -> None:
    token = running.server().token
    listed = subprocess.run(["ps", "axww", "-o", "args="], capture_output=True, text=True, check=True)
    assert token not in listed.stdout
    assert token not in running.log()


def test_without_the_token_nothing_opens(running: LabProcess) -> None:
    port, token = running.server().port, running.server().token
    assert status(port, "/api/contents") == 403
    assert status(port, "/api/contents?token=guess") == 403
    assert status(port, "/api/kernels", "POST") == 403
    assert status(port, "/api/contents", Authorization=f"token {token}") == 200
    assert status(port, "/api/terminals", Authorization=f"token {token}") == 404
    assert status(port, "/api/status", Authorization=f"token {token}", Host="example.org") == 403


def test_the_log_of_the_start_before_is_kept(lab: LabProcess, pages: Path) -> None:
    first = lab.server().port
    lab.end()
    with open_lab(lab.home, pages, "--port", str(first)) as second:
        second.wait_for("To stop")
        assert second.server().port == first
        assert "running at" in (lab.home / "jupyter.log.1").read_text()
        second.end()


def is_closed(lab: LabProcess) -> None:
    server = lab.server()
    assert status(server.port, "/api/contents") == 403
    assert [item["name"] for item in server.ask("GET", "/api/contents")["content"]] == ["notebooks"]
    assert status(server.port, "/api/contents", "PUT", Authorization="token ") == 403
    assert "http://127.0.0.1" in lab.log()
    assert "0.0.0.0" not in lab.log()
    with pytest.raises(OSError, match="refused"), socket.create_connection((own_address(), server.port), 10):
        pass


def own_address() -> str:
    """Give an address of this machine that only a server open to others answers."""
    return "127.0.0.2" if sys.platform == "linux" else socket.gethostbyname(socket.gethostname())


def test_hostile_configuration_of_the_person_opens_nothing(home: Path, pages: Path, tmp_path: Path) -> None:
    user = tmp_path / "user"
    settings = {
        "HOME": str(user),
        "JUPYTER_CONFIG_PATH": str(hide_config(tmp_path / "config-path")),
        "JUPYTER_CONFIG_DIR": str(hide_config(tmp_path / "config-dir")),
        "JUPYTER_PATH": str(hide_kernel(tmp_path / "path")),
        "JUPYTER_DATA_DIR": str(hide_kernel(tmp_path / "data")),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "JUPYTER_TOKEN": "guess",
        "JUPYTER_GATEWAY_URL": "http://192.0.2.1",
        "http_proxy": "http://192.0.2.1",
    }
    with open_lab(home, pages, **settings) as lab:
        lab.wait_for("To stop")
        assert "not ready" not in lab.said
        is_closed(lab)
        assert lab.end() == 0


def test_hostile_configuration_of_the_environment_opens_nothing(home: Path, pages: Path, tmp_path: Path) -> None:
    """`sys.prefix/etc/jupyter` holds in a shared Python; what is in it wins over arguments."""
    venv.create(tmp_path / "venv", symlinks=os.name == "posix")
    hide_config(tmp_path / "venv" / "etc" / "jupyter")
    with open_lab(home, pages, python=str(tmp_path / "venv" / "bin" / "python")) as lab:
        lab.wait_for("To stop")
        assert "not ready" not in lab.said
        is_closed(lab)
        assert lab.end() == 0


@pytest.mark.parametrize(
    "argument",
    ["--ip=0.0.0.0", "--LabApp.ip=0.0.0.0", "--PasswordIdentityProvider.token=", "--notebook-dir=/"],
)
def test_extra_arguments_cannot_open_it(home: Path, pages: Path, argument: str) -> None:
    with open_lab(home, pages, "--", argument) as lab:
        lab.wait_for(f"{argument.partition('=')[0]} cannot be set here")
        assert lab.process.wait(30) == 1


def test_other_extra_arguments_reach_jupyterlab(home: Path, pages: Path) -> None:
    with open_lab(home, pages, "--", "--debug") as lab:
        lab.wait_for("To stop")
        assert "[D " in lab.log()
        lab.end()


def test_a_start_that_fails_names_the_log(home: Path, pages: Path) -> None:
    with open_lab(home, pages, "--", "--ServerApp.max_body_size=much") as lab:
        lab.wait_for(f"JupyterLab did not start. What it said is in {home / 'jupyter.log'}.")
        assert lab.process.wait(30) == 1
    assert "max_body_size" in lab.log()


def test_a_port_in_use_is_said(home: Path, pages: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with open_lab(home, pages, "--port", str(port)) as lab:
            lab.wait_for(f"Port {port} is in use. Choose another, or leave --port out to get a free one.")
            assert lab.process.wait(30) == 1


def test_importing_it_reads_and_opens_nothing() -> None:
    code = """
import sys
import recprep, recprep.core.problem, datetime, threading, subprocess, contextlib, collections.abc, importlib
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)))
import recprep.launch
touched = [str(args[0]) for event, args in seen if event == "open" and "recprep" not in str(args[0])]
print([path for path in touched if not path.endswith((".py", ".pyc"))], "jupyter_core" in sys.modules)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert told.stdout == "[] False\n"
