"""Personal data go to the personal home and nowhere else; the program's own folders are found and only read."""

import sys
from pathlib import Path

import pytest

from recprep.core.problem import Problem
from recprep.storage import paths


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Lay out a program like a checkout: the package, and beside it data and notebooks."""
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "program" / "recprep")
    for name in ("recprep", "data", "notebooks"):
        (tmp_path / "program" / name).mkdir(parents=True)
    return tmp_path / "program"


@pytest.mark.parametrize("name", ["data", "notebooks"])
def test_a_checkout_has_its_folders_beside_the_package(program, name):
    assert paths.shipped(name) == program / name


@pytest.mark.parametrize("name", ["data", "notebooks"])
def test_an_installed_wheel_has_its_folders_in_the_package(program, name):
    (program / "recprep" / name).mkdir()
    assert paths.shipped(name) == program / "recprep" / name


def test_an_incomplete_installation_is_a_problem_that_says_how_to_mend_it(program):
    (program / "data").rmdir()
    with pytest.raises(Problem, match=r"'data' is missing.*Install it again"):
        paths.shipped("data")


def test_the_home_is_the_one_named_in_the_environment(program, tmp_path, monkeypatch):
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "mine"))
    assert paths.home() == tmp_path / "mine"
    assert not paths.home().exists()


def test_a_tilde_in_the_home_is_the_users_folder(program, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("RECPREP_HOME", "~/mine")
    assert paths.home() == tmp_path / "mine"


@pytest.mark.parametrize("nothing", ["", "   "])
def test_without_a_name_the_home_is_in_the_platforms_folder_for_user_data(program, monkeypatch, nothing):
    monkeypatch.setenv("RECPREP_HOME", nothing)
    assert paths.home().name == "recprep"
    assert paths.home().is_absolute()


@pytest.mark.skipif(sys.platform != "linux", reason="the variable is Linux's")
def test_on_linux_that_folder_follows_the_desktops_variable(program, tmp_path, monkeypatch):
    monkeypatch.delenv("RECPREP_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert paths.home() == tmp_path / "recprep"


@pytest.mark.parametrize("inside", [".", "data", "notebooks/mine", "data/../recprep"])
def test_a_home_inside_the_program_is_a_problem(program, monkeypatch, inside):
    monkeypatch.setenv("RECPREP_HOME", str(program / inside))
    with pytest.raises(Problem, match=r"RECPREP_HOME is .*Choose a folder outside"):
        paths.home()


def test_a_link_into_the_program_is_a_home_inside_it(program, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(program / "data")
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "link"))
    with pytest.raises(Problem, match="outside"):
        paths.home()


def test_everything_personal_is_in_the_home(program, tmp_path, monkeypatch):
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "mine"))
    for place in (paths.database(), paths.backups(), paths.workbook()):
        assert isinstance(place, Path)
        assert place.parent == tmp_path / "mine"
