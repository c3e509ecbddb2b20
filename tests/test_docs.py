"""README, data/README, CONTRIBUTING and --help say what the code does."""

from __future__ import annotations

import ast
import doctest
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

import recprep
from recprep import exchange
from recprep.cli import main
from recprep.storage.library import schemas

ROOT = Path(recprep.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")]


def fields(schema: dict) -> set[str]:
    """Give every field name that a schema knows, at any depth."""
    inside = [schema.get("items"), schema.get("additionalProperties"), *schema.get("properties", {}).values()]
    nested = set().union(*(fields(child) for child in inside if isinstance(child, dict)))
    return set(schema.get("properties", {})) | nested


def values(schema: dict) -> set[str]:
    inside = [schema.get("items"), *schema.get("properties", {}).values()]
    return set(schema.get("enum", ())).union(*(values(child) for child in inside if isinstance(child, dict)))


@pytest.mark.parametrize("name", sorted(schemas()))
def test_data_readme_explains_every_field_and_value(name):
    text = (ROOT / "data/README.md").read_text(encoding="utf-8")
    section = text.partition(f"## `{name}.yml`")[2] or text.partition(f"## `{name}/*.yml`")[2]
    section = section.partition("\n## ")[0]
    missing = {word for word in fields(schemas()[name]) | values(schemas()[name]) if f"`{word}`" not in section}
    assert missing - set(schemas()) - {"text"} - set(_kinds_explained_elsewhere(name)) == set()


def _kinds_explained_elsewhere(name: str) -> set[str]:
    """The rubric names kinds, sources name places: both are explained with the questions."""
    return values(schemas()["questions"]) if name in ("rubric", "sources") else set()


def test_the_readme_names_every_format_and_no_other():
    table = README.partition("| format | in | out |")[2].partition("\n\n")[0]
    named = {
        name
        for line in table.split("\n")
        for name in re.findall(r"`([\w-]+)`", line.split("|")[1] if "|" in line else "")
    }
    assert named == {*exchange.formats(), *exchange.writable()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_local_link_leads_somewhere(document):
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_names_every_notebook_and_no_other():
    named = set(re.findall(r"\(notebooks/([\w-]+)\.ipynb\)", README))
    assert named == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_the_readme_names_every_command_and_no_other():
    assert set(re.findall(r"^\| `recprep (\w+)`", README, re.MULTILINE)) == set(main.commands)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(command):
    shown = CliRunner().invoke(main, [command, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.split()) > 15


def test_python_in_the_readme_runs(home):
    """The example of the README, on an empty home."""
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(compile(ast.parse(block), "README.md", "exec"), {})
    assert set(recprep.attempts()["question"]) == {"retention-invoice-date"}


def test_every_make_target_that_is_named_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"`?make (\w+)`?", document.read_text(encoding="utf-8"))) <= targets | {"sure"}


def test_the_changelog_opens_with_what_is_new():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (Unreleased|\d+\.\d+\.\d+)", text, re.MULTILINE)


def test_every_public_name_is_documented():
    for name in recprep.__all__:
        assert getattr(recprep, name).__doc__
        assert name in README or name == "Problem"


MODULES = [
    info.name for info in pkgutil.walk_packages(recprep.__path__, "recprep.") if not info.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_in_a_docstring_runs(name):
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    assert sum(bool(test.examples) for name in MODULES for test in finder.find(import_module(name))) >= 6
