"""The notebooks keep to their customs, and run from top to bottom on an empty home and on one with a history."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from recprep.storage import paths

FOLDER = paths.shipped("notebooks")
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
KEPT = {"keep_output", "nbval-check-output"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def code(notebook) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def test_there_are_notebooks_numbered_in_the_order_of_the_flow():
    assert NOTEBOOKS
    assert all(path.stem[:2].isdigit() and path.stem[2] == "-" for path in NOTEBOOKS)


def test_the_first_cell_has_a_title_says_who_and_how_long_and_how_to_run(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    for words in ("For any", "minute", "at the end you", "**Run** menu", "**Run All Cells**"):
        assert words in first.source


def test_the_last_cell_leads_on_to_a_page_that_is_there(notebook):
    last = notebook.cells[-1]
    assert last.cell_type == "markdown"
    link = last.source.rpartition("Next: [")[2].partition("](")[2].partition(")")[0]
    assert (FOLDER / link).is_file()


def test_one_cell_imports_and_the_others_call_recprep_in_at_most_five_lines(notebook):
    cells = code(notebook)
    assert cells[0].source == "import recprep"
    for cell in cells[1:]:
        assert "recprep." in cell.source
        assert len(cell.source.splitlines()) <= 5
        assert not any(
            isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import) for node in ast.walk(ast.parse(cell.source))
        )


def test_a_sentence_stands_before_and_after_each_form(notebook):
    kinds = [cell.cell_type for cell in notebook.cells]
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source != "import recprep":
            assert kinds[place - 1] == kinds[place + 1] == "markdown"


def test_outputs_are_stripped_but_for_those_that_never_change(notebook):
    for cell in code(notebook):
        if tags(cell) & KEPT:
            assert tags(cell) >= KEPT
            assert cell.outputs
            assert cell.execution_count
        else:
            assert not cell.outputs
            assert cell.execution_count is None


def run(home: Path) -> subprocess.CompletedProcess:
    """Run every notebook with nbval, in this Python, on one home."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "-q",
        "-p",
        "no:cacheprovider",
        str(FOLDER),
    ]
    environment = os.environ | {"RECPREP_HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=FOLDER.parent)


def test_all_run_on_an_empty_home(home):
    ran = run(home)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (home / "history.db").is_file()


def test_all_run_on_a_home_with_two_months_of_history_and_an_answer_begun(two_months_home):
    import recprep
    from recprep import workbook

    recprep.practice("ethics").answer = "Half an answer"
    workbook._store(paths.database()).close()
    workbook._store.cache_clear()
    ran = run(two_months_home)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert recprep.practice().answer == "Half an answer"
