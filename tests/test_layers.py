"""The rooms hand over in one direction, and nothing happens at import."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import recprep

ROOT = Path(recprep.__file__).parent
MODULES = {
    ".".join(("recprep", *file.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): file
    for file in ROOT.rglob("*.py")
}

# What a room, or a module, may import of recprep.
MAY = {
    "recprep.core": {"recprep.core"},
    "recprep.storage": {"recprep.core", "recprep.storage", "recprep"},
    "recprep.formats": {"recprep.core", "recprep.formats"},
    "recprep.ui": {"recprep.core", "recprep.storage", "recprep.formats", "recprep.ui"},
    "recprep.exchange": {"recprep.core", "recprep.storage", "recprep.formats"},
    "recprep.choosing": {"recprep.core", "recprep.storage"},
    "recprep.workbook": {
        *("recprep.core", "recprep.storage", "recprep.formats", "recprep.ui", "recprep.choosing", "recprep.exchange"),
    },
    "recprep.launch": {"recprep.core", "recprep.storage", "recprep.launch"},
    "recprep.cli": {
        *("recprep.core", "recprep.storage", "recprep.formats", "recprep.ui", "recprep.exchange", "recprep.launch"),
        "recprep",
    },
    "recprep.__main__": {"recprep.cli"},
    "recprep": set(),
}
CORE = [
    "problem fingerprint models normal imported spelling garbage",
    "schema rubric guess search keeper",
    "bank memory sums",
    "prose calibration estimates overlay",
    "tally carried",
    "lint schedule analysis history",
    "session calibrating plan",
]
FORMATS = [
    "asking decoding text markdown_blocks hidden_answers items html_text extra",
    "folder usual_page gathering markdown_titles yaml_bank guide_text",
    "table quiz study_sheet",
    "gift_marks",
    "gift_answers",
    "gift_parsing",
    "delimited anki_collection",
    "interview_pages markdown_lists csv_table tsv_table xlsx_table gift moodle_xml anki_package jupyterquiz_json qti",
    "recognising writing",
]
RANK = {
    f"recprep.{room}.{name}": rank
    for room, ranks in (("core", CORE), ("formats", FORMATS))
    for rank, names in enumerate(ranks)
    for name in names.split()
}
CORE_LIBRARIES = {"pandas", "numpy", "yaml", "fsrs", "pyphen"}


def imported(module: str) -> set[str]:
    """Give the modules of recprep that a module imports, `from recprep.core import bank` resolved."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in MODULES else node.module)
    return found


def room(module: str) -> str:
    return max((name for name in MAY if module == name or module.startswith(f"{name}.")), key=len)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_arrows_point_one_way(module):
    ours = {name for name in imported(module) if name.split(".")[0] == "recprep"}
    wrong = {name for name in ours if not any(name == may or name.startswith(f"{may}.") for may in MAY[room(module)])
             or (name == "recprep" and "recprep" not in MAY[room(module)])}  # fmt: skip
    assert not wrong


@pytest.mark.parametrize("module", sorted(RANK))
def test_inside_a_room_equals_do_not_import_each_other(module):
    own = {name for name in imported(module) if name in RANK and room(name) == room(module)}
    assert all(RANK[name] < RANK[module] for name in own)


def test_every_module_of_core_and_formats_has_its_place():
    assert set(RANK) == {name for name in MODULES if name.startswith(("recprep.core.", "recprep.formats."))}


@pytest.mark.parametrize("module", sorted(name for name in MODULES if name.startswith("recprep.core.")))
def test_core_is_pure(module):
    tops = {name.split(".")[0] for name in imported(module)} - {"recprep"}
    allowed = sys.stdlib_module_names - {
        "os",
        "io",
        "pathlib",
        "random",
        "secrets",
        "socket",
        "sqlite3",
        "time",
        "urllib",
    }
    assert tops <= allowed | CORE_LIBRARIES


def test_forms_do_not_import_each_other_but_for_what_pages_share():
    parts = (
        "drawn_session",
        "section",
        "taking_out",
        "bringing_back",
        "letting_go",
        "roles",
        "shelf",
        "found",
        "own_question",
    )
    shared = {f"recprep.ui.forms.{name}" for name in ("frame", "guide", "standing", "comparison", "elsewhere", *parts)}
    for module in MODULES:
        if module.startswith("recprep.ui.forms."):
            assert {name for name in imported(module) if name.startswith("recprep.ui.forms.")} <= shared


def test_only_the_store_speaks_sql():
    speaking = {module for module in MODULES if "sqlite3" in imported(module)}
    assert all(
        module.startswith(
            (
                "recprep.storage.store",
                "recprep.storage.catalogue",
                "recprep.storage.migrations",
                "recprep.storage.doctor",
                "recprep.storage.custody",
                "recprep.formats.anki",  # an Anki package is a database
            )
        )
        for module in speaking
    )


WATCH = """
import importlib, os, sys
import anywidget, click, ipywidgets, jupyter_client, nbformat, pandas, platformdirs, yaml
ours = sys.argv[1]
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        path = os.path.abspath(arguments[0])
        code = path.endswith((".py", ".pyc", ".js", ".css"))
        if path.startswith(os.environ["RECPREP_HOME"]) or (path.startswith(ours) and not code):
            print(event, path)
    elif event in ("os.mkdir", "sqlite3.connect", "socket.connect"):
        print(event, arguments)
sys.addaudithook(watch)
for name in sys.argv[2:]:
    importlib.import_module(name)
"""


def test_nothing_is_read_opened_or_made_at_import(home):
    """Every module is imported with an audit hook: no file but code, no folder, no database, no socket."""
    names = sorted(name for name in MODULES if not name.endswith("__main__"))
    command = [sys.executable, "-B", "-c", WATCH, str(ROOT.parent), *names]
    environment = os.environ | {"PYTHONPATH": str(ROOT.parent)}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (ran.stdout, ran.stderr) == ("", "")
    assert not home.exists()
