"""A small scenario that is in order, for the tests to change in one place."""

from pathlib import Path

from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.scenarios.scenario import Scenario

GOOD = """\
title: Two languages for a week
seed: 7
starts: 2026-03-23
days: 14
warm_up_days: 1
parts: 2
rules:
  languages: [sv, ar]
  target_seconds: 20
  wrap_up_seconds: 10
busyness: {gamma: 100}
demand:
  - {language: sv, opens: "08:00", per_hour: [100, 200]}
  - language: ar
    per_day: 240
    by_weekday: [1, 1, 1, 1, 1, 0, 2]
talk: {mean_seconds: 100, shape: exponential}
patience: {mean_seconds: 300, at_once: 0.1}
redials: {share: 0.4, after_minutes: 8, most: 2}
ringing: {seconds: [2, 6], missed: 0.01, back_after_minutes: 5}
staff:
  - name: pool
    languages: [sv]
    from: "08:00"
    by_hour: [4, 6, 0, 6]
  - name: ar
    nurses: 6
    languages: {ar: native, sv: working}
    shifts:
      - {days: daily, from: "07:00", to: "15:30", on: 2}
      - {days: mon-fri, from: "21:00", to: "07:00", on: 1}
    breaks:
      - {after_minutes: 120, minutes: 15}
"""


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The scenario as a file, each first text replaced by the second."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "scenario.yaml"
    path.write_text(text)
    return path


def loaded(folder: Path, *changes: tuple[str, str]) -> Scenario:
    """The scenario as loaded."""
    return load_scenario(written(folder, *changes))
