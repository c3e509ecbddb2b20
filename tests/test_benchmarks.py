"""The benchmarks run, and say what they are there to say."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

INSIGHT = Path(__file__).parents[1] / "benchmarks" / "insight.py"


@pytest.fixture
def insight(monkeypatch: pytest.MonkeyPatch):
    spec = importlib.util.spec_from_file_location("insight", INSIGHT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "insight", module)
    spec.loader.exec_module(module)
    return module


def test_a_few_hundred_people_already_show_that_calibration_helps(insight):
    world = insight.WORLDS[0]
    drawn = insight.draw(world, 300, np.random.default_rng(1))
    truth = np.clip(drawn.level + world.learning * 40, 1, 5)
    found = {name: insight.judge(level, var, truth) for name, level, var in insight.estimators(drawn, world, 40)}
    error = {name: measures["error"].mean() for name, measures in found.items()}
    assert error["ours, calibrated"] < error["ours, not calibrated"] < error["plain mean"]
    assert 0.7 < found["ours, calibrated"]["inside 80 %"].mean() < 0.9


def test_it_prints_a_table_for_each_world(insight, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["insight.py", "--people", "30", "--world", "lenient"])
    insight.main()
    told = capsys.readouterr().out
    assert told.count("ours, calibrated") == len(insight.CHECKPOINTS)
    assert "everybody lenient: 30 people" in told
