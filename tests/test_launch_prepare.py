"""Pages are run before they are opened; whatever goes wrong in one, the others are ready."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_process import BUTTON, code_cells, write_page

from recprep.launch import server
from recprep.launch.prepare import prepare

RUN_IT = "To run it, open it and choose Run > Run All Cells."


class Room:
    """A running JupyterLab on a folder of pages."""

    def __init__(self, home: Path) -> None:
        self.home, self.root = home, home / "workbook"
        (self.root / "notebooks").mkdir(parents=True)
        self.process, self.server = server.start(home, self.root)

    def write(self, name: str, *sources: str) -> None:
        """Write a page."""
        write_page(self.root / "notebooks" / name, *sources)

    def prepare(self, *names: str, seconds: float = 60) -> list[str]:
        """Run pages."""
        return prepare(self.server, self.home, self.root, [f"notebooks/{name}" for name in names], seconds=seconds)

    def outputs(self, name: str) -> list[dict]:
        """Give what all cells of a page show."""
        return [shown for cell in code_cells(self.root / "notebooks" / name) for shown in cell["outputs"]]

    def ask(self, path: str) -> object:
        """Ask JupyterLab."""
        return self.server.ask("GET", path)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("home"))
    yield room
    server.stop(room.process)


@pytest.fixture(autouse=True)
def without_kernels(room: Room) -> Iterator[None]:
    yield
    for kernel in room.ask("/api/kernels"):
        room.server.ask("DELETE", f"/api/kernels/{kernel['id']}")


def test_a_page_shows_its_form(room: Room) -> None:
    room.write("a.ipynb", BUTTON)
    assert room.prepare("a.ipynb") == []
    assert "application/vnd.jupyter.widget-view+json" in room.outputs("a.ipynb")[0]["data"]


def test_all_pages_share_one_kernel_in_the_sessions_that_jupyterlab_looks_for(room: Room) -> None:
    room.write("a.ipynb", "shared = 41")
    room.write("b.ipynb", "shared + 1")
    assert room.prepare("a.ipynb", "b.ipynb") == []
    assert room.outputs("b.ipynb")[0]["data"]["text/plain"] == ["42"]
    sessions = room.ask("/api/sessions")
    assert {session["path"] for session in sessions} == {"notebooks/a.ipynb", "notebooks/b.ipynb"}
    assert len({session["kernel"]["id"] for session in sessions}) == 1


def test_a_prepared_page_is_trusted(room: Room) -> None:
    room.write("a.ipynb", BUTTON)
    room.prepare("a.ipynb")
    cells = room.ask("/api/contents/notebooks/a.ipynb")["content"]["cells"]
    assert [cell["metadata"]["trusted"] for cell in cells if cell["cell_type"] == "code"] == [True]


def test_what_is_printed_in_pieces_is_one_output(room: Room) -> None:
    room.write("a.ipynb", "for word in 'ab':\n    print(word, flush=True)")
    room.prepare("a.ipynb")
    assert "".join(room.outputs("a.ipynb")[0]["text"]) == "a\nb\n"


def test_a_problem_keeps_its_calm_sentence(room: Room) -> None:
    room.write("a.ipynb", "from recprep.core.problem import Problem\nraise Problem('Choose another role.')", "1")
    assert room.prepare("a.ipynb") == []
    assert room.outputs("a.ipynb")[0]["traceback"] == ["Choose another role."]


def test_a_page_that_fails_is_left_without_outputs_and_named(room: Room) -> None:
    room.write("a.ipynb", "print('before')", "1 / 0")
    room.write("b.ipynb", "print('fine')")
    said = room.prepare("a.ipynb", "b.ipynb")
    why = "a cell stopped with ZeroDivisionError: division by zero"
    assert said == [f"The page a is not ready: {why}. {RUN_IT}"]
    assert room.outputs("a.ipynb") == []
    assert room.outputs("b.ipynb")


def test_outputs_of_an_earlier_run_do_not_stay_on_a_page_that_fails(room: Room) -> None:
    room.write("a.ipynb", "import os\nprint('x') if not os.path.exists('stop') else 1 / 0")
    room.prepare("a.ipynb")
    assert room.outputs("a.ipynb")
    (room.root / "notebooks" / "stop").touch()
    room.prepare("a.ipynb")
    (room.root / "notebooks" / "stop").unlink()
    assert room.outputs("a.ipynb") == []


def test_a_page_that_never_ends_is_interrupted_and_the_others_are_ready(room: Room) -> None:
    room.write("a.ipynb", "while True: pass")
    room.write("b.ipynb", "print('fine')")
    said = room.prepare("a.ipynb", "b.ipynb", seconds=3)
    assert said == [f"The page a is not ready: it took longer than 3 seconds. {RUN_IT}"]
    assert room.outputs("b.ipynb")


def test_a_page_that_refuses_to_be_interrupted_does_not_take_the_others_along(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recprep.launch.prepare.SECONDS_TO_INTERRUPT", 1)
    room.write("a.ipynb", BUTTON)
    room.write("b.ipynb", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass")
    said = room.prepare("a.ipynb", "b.ipynb", seconds=3)
    assert said == [f"The page b is not ready: it never ends, and cannot be interrupted. {RUN_IT}"]
    assert room.outputs("a.ipynb")
    assert [session["path"] for session in room.ask("/api/sessions")] == ["notebooks/a.ipynb"]


def test_a_page_that_ends_the_kernel_does_not_take_the_others_along(room: Room) -> None:
    room.write("a.ipynb", BUTTON)
    room.write("b.ipynb", "import os\nos._exit(1)")
    said = room.prepare("a.ipynb", "b.ipynb")
    assert said == [f"The page b is not ready: its kernel ended. {RUN_IT}"]
    assert room.outputs("a.ipynb")


def test_a_page_that_is_no_notebook_does_not_take_the_others_along(room: Room) -> None:
    room.write("a.ipynb", "print('fine')")
    (room.root / "notebooks" / "b.ipynb").write_text("no notebook")
    said = room.prepare("b.ipynb", "a.ipynb")
    assert said[0].startswith("The page b is not ready: ")
    assert len(said) == 1
    assert room.outputs("a.ipynb")
    assert (room.root / "notebooks" / "b.ipynb").read_text() == "no notebook"


def test_without_a_server_every_page_is_named(room: Room) -> None:
    room.write("a.ipynb", BUTTON)
    gone = server.Server(1, "token")
    said = prepare(gone, room.home, room.root, ["notebooks/a.ipynb"])
    assert len(said) == 1
    assert "a is not ready" in said[0]
