"""The callbacks of a site: read as they stand, refused at their line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from callbacks.policy import CallbackPolicy
from callbacks.room import HOLIDAY, room
from callcenter.settings import ROOT
from callcenter.site import load_site
from callcenter.site_callbacks import Callbacks, load_callbacks
from language_routing.calendars import stockholm
from language_routing.languages import Language
from language_routing.yaml_lines import Located, YamlError

SV, FI = Language("sv"), Language("fi")
HOURS = "[" + ", ".join(["1"] * 24) + "]"
FORECAST = f"""  forecast:
    handle_seconds: 360
    callback_seconds: 600
    free_percent: 0
    days:
      mon-fri:
        hours: {HOURS}
        calls: {{sv: 480, fi: 0}}
        nurses: {{sv: 5, fi: {{"08:00": 2, "12:00": 0}}}}
      sat-sun: {{hours: {HOURS}, calls: {{sv: 480}}, nurses: {{sv: 4}}}}
"""


def load(folder: Path, text: str, *, outbound: bool = True) -> Callbacks:
    """`text` from the second line of a file on."""
    path = folder / "site.yaml"
    path.write_text("x:\n" + text)
    return load_callbacks(
        Located.read(path).mapping()["x"],
        classes=("public", "emergency"),
        languages=(SV, FI),
        outbound=outbound,
    )


def refused(folder: Path, text: str, **parts: Any) -> tuple[int, str]:
    with pytest.raises(YamlError) as caught:
        load(folder, text, **parts)
    _, line, sentence = str(caught.value).split(":", 2)
    return int(line), sentence.strip()


def test_what_a_site_does_not_say_is_as_the_policy_has_it(tmp_path: Path) -> None:
    assert load(tmp_path, "  {}\n") == Callbacks(policy=CallbackPolicy())


def test_every_rule_is_read_and_may_be_a_second(tmp_path: Path) -> None:
    text = """
  attempts: 2
  again_after_seconds: 1
  promise_seconds: 2
  beyond_hours: 1
  margin_seconds: 1
  ring_seconds: 1
  preview_seconds: 1
  lead_seconds: 1
  ready_within_seconds: 1
  patient_first: false
  nurse_first: [emergency]
  most_open: 1
  after_talk_seconds: 1
  keep_ended_hours: 1
  texts: true
"""
    assert load(tmp_path, text).policy == CallbackPolicy(
        attempts=2,
        again_after=1000,
        promise=2000,
        beyond=3_600_000,
        margin=1000,
        ring=1000,
        preview=1000,
        lead=1000,
        ready_within=1000,
        patient_first=False,
        nurse_first=("emergency",),
        most_open=1,
        after_talk=1000,
        keep_ended=3_600_000,
        texts=True,
    )


def test_a_site_that_calls_nobody_has_no_callbacks(tmp_path: Path) -> None:
    line, sentence = refused(tmp_path, "  attempts: 3\n", outbound=False)
    assert line == 2
    assert sentence == "callbacks go out through the carrier: give `outbound` in `trunk`"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("attempts: 0", "not a whole number from 1 to 20"),
        ("again_after_seconds: 0", "not a whole number from 1 to 86400"),
        ("promise_seconds: 1.5", "not a whole number"),
        ("promise_seconds: -1", "not a whole number"),
        ("ring_seconds: 181", "not a whole number from 1 to 180"),
        ("beyond_hours: 745", "not a whole number from 1 to 744"),
        ("beyond_hours: 1", "with a reason no less can be promised"),
        ("margin_seconds: 7200", "before the promise ends"),
        ("patient_first: yes", "neither true nor false"),
        ("texts: 1", "neither true nor false"),
        ("nurse_first: [vip]", "class vip is not among the classes"),
        ("nurse_first: [public, public]", "class public is given twice"),
        ("nurse_first: public", "here a list is expected"),
        ("tries: 3", "tries is not known here"),
        ("forecast: {}", "handle_seconds is missing"),
    ],
)
def test_what_is_no_rule_is_refused_at_its_line(tmp_path: Path, item: str, words: str) -> None:
    line, sentence = refused(tmp_path, f"\n  {item}\n")
    assert line == 3
    assert words in sentence


def test_a_contradiction_with_a_default_is_told_where_it_can_be(tmp_path: Path) -> None:
    line, sentence = refused(tmp_path, "\n  promise_seconds: 60\n")
    assert line == 3
    assert "a nurse should have it 600 s before the promise ends" in sentence
    _, sentence = refused(tmp_path, "  {promise_seconds: 20, margin_seconds: 1}\n")
    assert "rings longer than the promise (20 s)" in sentence


# -- forecast ---------------------------------------------------------------------------


def test_a_forecast_becomes_whole_numbers_for_the_fold(tmp_path: Path) -> None:
    found = load(tmp_path, FORECAST)
    rows = {(row.language, row.days): row.slots for row in found.policy.room}
    # Ten calls of six minutes in half an hour are two erlangs: they need four nurses.
    assert rows[SV, (0, 1, 2, 3, 4)] == (3,) * 48
    assert rows[SV, (5, 6, HOLIDAY)] == (0,) * 48
    assert rows[FI, (0, 1, 2, 3, 4)] == (0,) * 16 + (6,) * 8 + (0,) * 24
    assert found.warnings == ()


def test_a_language_that_can_never_be_promised_is_warned_of(tmp_path: Path) -> None:
    text = FORECAST.replace(', "12:00": 0', "").replace('"08:00": 2', '"08:00": 0')
    (warning,) = load(tmp_path, text).warnings
    assert "no callback in Finnish can ever be promised" in warning
    assert warning.startswith(f"{tmp_path / 'site.yaml'}:3:")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mon-fri", "mon-thu", "nothing is said about fri"),
        ("sat-sun", "fri-sun", "fri-sun: one of these days is given twice"),
        ("sat-sun", "weekend", "days weekend are unknown"),
        ("sat-sun", "sun-sat", "runs over the end of the week"),
        (HOURS, "[1, 2]", "24 numbers are expected"),
        (HOURS, HOURS.replace("1", "0"), "24 numbers are expected"),
        ("sv: 480, fi: 0", "sv: 480, ar: 0", "language ar is not one of this site's"),
        ("sv: 480, fi: 0", "sv: 480", "how many calls are expected in Finnish?"),
        ("nurses: {sv: 5, fi:", "nurses: {fi:", "calls in Swedish, and no nurse of theirs on duty"),
        ("sv: 5", "sv: 5001", "not a whole number from 0 to 5000"),
        ("sv: 5", "sv: [5]", "here one word is expected"),
        ("08:00", "08:15", "08:15 is not the beginning of a half-hour"),
        ("12:00", "24:00", "24:00 is not the beginning of a half-hour"),
        ("12:00", "07:30", "07:30 is not later than the time before it"),
        ("free_percent: 0", "free_percent: 100", "not a whole number from 0 to 99"),
        ("callback_seconds: 600", "callback_seconds: 0", "not a whole number from 1 to 7200"),
    ],
)
def test_what_is_no_forecast_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in FORECAST
    line, sentence = refused(tmp_path, FORECAST.replace(old, new, 1))
    assert words in sentence
    assert line > 1


def test_a_holiday_may_have_a_forecast_of_its_own(tmp_path: Path) -> None:
    text = FORECAST + f"      holiday: {{hours: {HOURS}, calls: {{sv: 480}}, nurses: {{sv: 6}}}}\n"
    rows = {(row.language, row.days): row.slots for row in load(tmp_path, text).policy.room}
    assert rows[SV, (HOLIDAY,)] == (6,) * 48
    assert (SV, (5, 6)) in rows


# -- as part of a site ------------------------------------------------------------------


def site(folder: Path, **parts: Any) -> Path:
    """The demo site with some parts replaced, or left out (`None`)."""
    found = {**yaml.safe_load((ROOT / "deploy" / "site" / "demo.yaml").read_text()), **parts}
    path = folder / "site.yaml"
    path.write_text(
        yaml.safe_dump({name: part for name, part in found.items() if part is not None})
    )
    return path


@pytest.mark.parametrize("name", ["demo.yaml", "stockholm.yaml"])
def test_the_sites_that_come_with_it_ring_back_and_have_room(name: str) -> None:
    found = load_site(ROOT / "deploy" / "site" / name)
    assert found.warnings == ()
    policy = found.policy.callbacks
    assert policy is not None
    assert policy.promise == 7_200_000
    noon, evening = 1_795_690_800_000, 1_795_717_800_000  # Thursday 26 November 2026, 12 and 19:30
    for language in (line.language for line in found.choices):
        assert any(any(row.slots) for row in policy.room if row.language == language)
    midday = room(policy, found.policy.routing, SV, noon)
    busy = room(policy, found.policy.routing, SV, evening)
    assert midday is not None
    assert busy is not None
    assert midday > busy > 0


def test_a_site_without_the_section_rings_nobody(tmp_path: Path) -> None:
    found = load_site(site(tmp_path, callbacks=None))
    assert found.policy.callbacks is None
    assert not found.policy.routing.calendar.zone.changes  # as it was before there were any


def test_a_site_with_it_knows_the_local_time_though_its_lines_are_always_open(
    tmp_path: Path,
) -> None:
    found = load_site(site(tmp_path, callbacks={"attempts": 3}))
    assert found.policy.routing.calendar.zone == stockholm()
    assert found.policy.routing.calendar.holidays


def test_a_site_whose_carrier_takes_no_calls_cannot_have_it(tmp_path: Path) -> None:
    entry_points = {"public": {"flow": "public", "class": "public"}}
    path = site(
        tmp_path,
        trunk={"addresses": ["127.0.0.2"]},
        entry_points=entry_points,
        numbers={"1177": "public"},
        addresses=None,
    )
    with pytest.raises(YamlError, match="callbacks go out through the carrier"):
        load_site(path)
