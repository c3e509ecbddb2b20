"""The benchmarks run, and say what they are there to say."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def insight(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return loaded("insight", monkeypatch)


@pytest.fixture
def practice(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return loaded("practice", monkeypatch)


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give a benchmark as its own command finds it, beside the others."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module(name)


def test_a_few_hundred_people_already_show_that_calibration_helps(insight):
    world = insight.WORLDS[0]
    drawn = insight.draw(world, 300, np.random.default_rng(1))
    truth = np.clip(drawn.level + world.learning * 40, 1, 5)
    found = {name: insight.judge(level, var, truth) for name, level, var in insight.estimators(drawn, world, 40)}
    error = {name: measures["error"].mean() for name, measures in found.items()}
    assert error["ours, calibrated"] < error["ours, not calibrated"] < error["plain mean"]
    assert 0.7 < found["ours, calibrated"]["inside 80 %"].mean() < 0.9


def test_it_prints_a_table_for_each_world(insight, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["insight.py", "--people", "30", "--preparing", "0", "--world", "lenient"])
    insight.main()
    told = capsys.readouterr().out
    assert told.count("  ours, calibrated") == len(insight.CHECKPOINTS)
    assert "everybody lenient: 30 people" in told


def test_two_dozen_people_are_already_better_prepared_by_our_choice_than_by_chance(practice, monkeypatch):
    monkeypatch.setattr(practice, "POLICIES", {name: practice.POLICIES[name] for name in ("ours", "random order")})
    found = practice.simulate(practice.WORLDS[0], practice.SETTINGS[0], 24, np.random.default_rng(1))
    more = found["ours"] - found["random order"]
    level, below_target, points = more.mean(0) / (more.std(0, ddof=1) / np.sqrt(len(more)))
    assert level > 2
    assert below_target < -2
    assert points > 2


def test_the_simulated_person_learns_what_is_practised_and_forgets_it_slower_each_time(practice):
    world = practice.World()
    mind = practice.Mind(world, practice.draw(world, practice.load_bank(), np.random.default_rng(1)))
    before = mind.remembered(0)[20]
    mind.attempt(20, day=0, times=0)
    soon, later = mind.retained(1)[20], mind.retained(8)[20]
    assert mind.remembered(8)[20] > before
    mind.attempt(20, day=8, times=1)
    assert later < soon < mind.retained(8)[20]
    assert later < mind.retained(16)[20]


def test_a_persons_luck_does_not_depend_on_the_policy(practice):
    world, bank = practice.World(), practice.load_bank()
    person = practice.draw(world, bank, np.random.default_rng(1))
    scores = [practice.Mind(world, person).attempt(9, day=day, times=0) for day in (0, 5)]
    assert (scores[0] == scores[1]).all()
    prepared = [practice.prepare(world, practice.Setting(2, 3), person, "ours", bank) for _ in range(2)]
    assert prepared[0] == prepared[1]


def test_it_prints_each_policy_for_each_world_and_setting(practice, monkeypatch, capsys):
    monkeypatch.setattr(practice, "SETTINGS", (practice.Setting(2, 3),))
    practice.run(4, np.random.default_rng(1))
    told = capsys.readouterr().out
    assert "base case, 2 days x 3 questions: 4 people" in told
    assert "forgetting twice as fast, 2 days x 3 questions: 2 people" in told
    assert all(told.count(f"\n{policy}  ") == len(practice.WORLDS) for policy in practice.POLICIES)


def test_a_little_torture_finds_nothing_lost(monkeypatch, capsys):
    torture = loaded("torture", monkeypatch)
    quick = [name for name in torture.PARTS if name not in ("fuzzing", "injecting", "offline")]
    monkeypatch.setattr(sys, "argv", ["torture", "--times", "0.02", "--seed", "3", "--only", *quick])
    torture.main()
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told[2:]] == [name.replace("_", " ") for name in quick]
    assert not any("FAULT" in line for line in told)


def test_torture_finds_what_is_lost(monkeypatch, capsys):
    torture = loaded("torture", monkeypatch)
    monkeypatch.setattr(importlib.import_module("tortures.killing").Store, "save_attempt", lambda *_args, **_words: 1)
    monkeypatch.setattr(sys, "argv", ["torture", "--times", "0.02", "--only", "killing_saves"])
    with pytest.raises(SystemExit) as ended:
        torture.main()
    assert ended.value.code == 1
    assert "FAULT: an attempt that was reported is lost" in capsys.readouterr().out


def test_the_table_of_speed_has_a_ratio_and_a_target_for_each_line(monkeypatch, capsys):
    speed = loaded("speed", monkeypatch)
    parts = ["picking", "dashboard", "saving"]
    monkeypatch.setattr(sys, "argv", ["speed", "--repeats", "2", "--answers", "2000", "--only", *parts])
    speed.main()
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == 1 + 3 + 4
    assert all(float(row[2]) > 0 and row[4].strip() in ("met", "MISSED", "") for row in rows)


@pytest.mark.parametrize(("ours", "peer", "said"), [(40, 20, "met"), (60, 20, "MISSED"), (80, 60, "MISSED by both")])
def test_a_limit_that_the_floor_misses_too_is_told_apart(monkeypatch, ours, peer, said):
    in_browser = loaded("in_browser", monkeypatch)
    line = in_browser.Limit("slowest key", [10, ours], [10, peer], "a bare one", 50)
    assert str(line).startswith(f"| slowest key | a bare one | {ours / peer:.2f} | most 50 ms | {said} | p50 ")
