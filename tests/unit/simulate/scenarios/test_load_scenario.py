"""Loading a scenario: what is good is read, what is wrong is refused with line and sentence."""

from datetime import date
from pathlib import Path

import pytest

from callcenter.simulate.model import Redials, Ringing
from callcenter.simulate.scenarios.chance import Length, Patience, Shape
from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.scenarios.roster import Break, HourlyGroup, ShiftGroup
from language_routing.languages import Language
from language_routing.skills import Level
from language_routing.yaml_lines import YamlError
from tests.unit.simulate.scenarios.scenario_yaml import GOOD, loaded, written

SV, AR = Language("sv"), Language("ar")
SITE = """\
name: test
languages: [{tag: sv, key: 1}, {tag: ar, key: 4}]
competences: [adult, child]
classes: {public: {target_seconds: 180}, staff: {target_seconds: 60}}
entry_points:
  public: {flow: public, class: public}
  care: {flow: direct, class: staff, years: 5}
numbers: {"1177": public, "1178": care}
trunk: {addresses: [127.0.0.2]}
wrap_up_seconds: 60
nurses: [{id: n001, name: Anna, languages: [sv, ar], years: 9}]
"""
RULES = "rules:\n  languages: [sv, ar]\n  target_seconds: 20\n  wrap_up_seconds: 10\n"
MANY = ", ".join(f"q{letter}{other}" for letter in "ab" for other in "abcdefghijklmnopqrstuvwxy")
AT_SITE = (RULES, "site: site.yaml\n")


def refusal(folder: Path, old: str, new: str, *more: tuple[str, str]) -> tuple[int, str]:
    """Line and sentence with which the good scenario, changed, is refused."""
    path = written(folder, *more, (old, new))
    with pytest.raises(YamlError) as caught:
        load_scenario(path)
    name, line, sentence = str(caught.value).split(":", 2)
    assert name == str(path)
    return int(line), sentence.strip()


def test_everything_that_the_file_says_is_in_the_scenario(tmp_path: Path) -> None:
    scenario = loaded(tmp_path)
    assert scenario.title == "Two languages for a week"
    assert (scenario.seed, scenario.days, scenario.warm_up, scenario.parts) == (7, 14, 1, 2)
    assert scenario.starts == date(2026, 3, 23)
    assert scenario.busyness == 100
    assert scenario.usual_talk == Length(mean=100_000, shape=Shape.EXPONENTIAL)
    assert scenario.patience == Patience(mean=300_000, at_once=0.1)
    assert scenario.redials == Redials(share=0.4, after=480_000, most=2)
    assert scenario.ringing == Ringing(missed=0.01, back_after=300_000)
    assert scenario.pick_up == (2_000, 6_000)


def test_what_is_left_out_is_as_the_readme_says(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        ("seed: 7\n", ""), ("warm_up_days: 1\n", ""), ("parts: 2\n", ""),
        ("busyness: {gamma: 100}\n", ""),
        ("redials: {share: 0.4, after_minutes: 8, most: 2}\n", ""),
        ("ringing: {seconds: [2, 6], missed: 0.01, back_after_minutes: 5}\n", ""),
        ("patience: {mean_seconds: 300, at_once: 0.1}", "patience: never"),
    )  # fmt: skip
    assert (scenario.seed, scenario.warm_up, scenario.parts) == (1177, 0, 1)
    assert scenario.busyness is None
    assert scenario.redials.share == 0
    assert scenario.ringing.missed == 0
    assert scenario.pick_up == (0, 0)
    assert scenario.patience == Patience()


def test_busyness_none_is_none(tmp_path: Path) -> None:
    assert loaded(tmp_path, ("busyness: {gamma: 100}", "busyness: none")).busyness is None


def test_rules_in_short_are_a_policy_of_one_class(tmp_path: Path) -> None:
    more = "wrap_up_seconds: 10\n  ring_seconds: 15\n  handle_seconds: 90\n  reserve_scarce: true"
    policy = loaded(tmp_path, ("wrap_up_seconds: 10", more)).policy
    assert (policy.languages, policy.default_language) == ((SV, AR), SV)
    assert policy.targets == {"public": 20_000}
    assert (policy.wrap_up, policy.ring, policy.handle_time) == (10_000, 15_000, 90_000)
    assert policy.backstop > policy.ring
    assert policy.reserve
    assert not loaded(tmp_path).policy.reserve


def test_per_hour_counts_from_opens_and_per_day_by_weights(tmp_path: Path) -> None:
    swedish, arabic = loaded(tmp_path).demand
    assert swedish.by_hour == (*(0,) * 8, 100, 200, *(0,) * 14)
    assert arabic.by_hour == (10.0,) * 24
    assert arabic.by_weekday == (1, 1, 1, 1, 1, 0, 2)


def test_weights_count_beside_one_another(tmp_path: Path) -> None:
    weights = "by_hour: [3, 1" + ", 0" * 22 + "]\n    by_month: [2" + ", 1" * 11 + "]"
    _, arabic = loaded(tmp_path, ("per_day: 240", f"per_day: 240\n    {weights}")).demand
    assert arabic.by_hour[:3] == (180, 60, 0)
    assert arabic.by_month[0] == 24 / 13
    assert sum(arabic.by_month) == pytest.approx(12)


def test_days_out_of_the_ordinary_and_dates(tmp_path: Path) -> None:
    on = "on: {2026-03-24: 2, 2026-03-24/2026-03-26: 0.5}"
    more = f"per_day: 240\n    {on}\n    dates: 2026-03-24/2026-04-01"
    _, arabic = loaded(tmp_path, ("per_day: 240", more)).demand
    assert [arabic.factor(date(2026, 3, day)) for day in (23, 24, 25, 27)] == [0, 1, 0.5, 1]


def test_groups_have_nurses_of_their_own_with_their_levels(tmp_path: Path) -> None:
    scenario = loaded(tmp_path)
    pool, arabic = scenario.staff
    assert isinstance(pool, HourlyGroup)
    assert pool.by_hour == (*(0,) * 8, 4, 6, 0, 6, *(0,) * 12)
    assert len(pool.nurses) == 6
    assert isinstance(arabic, ShiftGroup)
    assert len(arabic.nurses) == 6
    assert not set(pool.nurses) & set(arabic.nurses)
    assert [shift.minutes for shift in arabic.shifts] == [510, 600]
    assert arabic.breaks == (Break(after=120, minutes=15),)
    last = scenario.policy.nurses[-1]
    assert last.id == arabic.nurses[-1]
    assert last.levels == {AR: Level.NATIVE, SV: Level.WORKING}


def test_who_is_away_is_read(tmp_path: Path) -> None:
    arabic = loaded(
        tmp_path, ("    nurses: 6\n", "    nurses: 6\n    away: {2026-03-24: 0.5}\n")
    ).staff[1]
    assert isinstance(arabic, ShiftGroup)
    assert [each.share for each in arabic.away] == [0.5]
    assert arabic.away[0].dates.first == date(2026, 3, 24)


def test_the_rules_of_a_site_are_taken_and_its_nurses_are_not(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(SITE)
    scenario = loaded(
        tmp_path, AT_SITE,
        ("language: ar\n", "language: ar\n    entry_point: care\n"),
        ("    nurses: 6\n", "    nurses: 6\n    competences: [child]\n    years: 5\n"),
    )  # fmt: skip
    assert scenario.policy.wrap_up == 60_000
    assert len(scenario.policy.nurses) == 12
    assert [each.priority_class for each in scenario.demand] == ["public", "staff"]
    assert scenario.policy.nurses[-1].competences == ("child",)
    assert scenario.policy.nurses[-1].years == 5


def test_a_class_of_its_own_goes_before_that_of_the_entry_point(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(SITE)
    scenario = loaded(tmp_path, AT_SITE, ("language: ar\n", "language: ar\n    class: staff\n"))
    assert scenario.demand[1].priority_class == "staff"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("language: ar\n", "language: ar\n    entry_point: moon\n", "entry point moon"),
        ("language: ar\n", "language: ar\n    class: moon\n", "class moon"),
        ("language: ar\n", "language: ar\n    entry_point: care\n", "nobody of the staff"),
        ("    nurses: 6\n", "    nurses: 6\n    competences: [law]\n", "competence law"),
        ("title:", "rules: {languages: [sv], target_seconds: 20}\ntitle:", "give either `site`"),
    ],
)
def test_what_the_site_does_not_have_is_refused(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    (tmp_path / "site.yaml").write_text(SITE)
    line, found = refusal(tmp_path, old, new, AT_SITE)
    assert sentence in found
    assert line > 0


def test_a_site_that_is_wrong_is_refused_at_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(SITE.replace("[adult, child]", "[adult, adult]"))
    with pytest.raises(YamlError, match=r"site\.yaml:3: competence adult"):
        loaded(tmp_path, AT_SITE)


def test_a_site_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match=r"site\.yaml:1: the file cannot be read"):
        loaded(tmp_path, AT_SITE)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match="1: the file cannot be read"):
        load_scenario(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ["title", "starts", "days", "talk", "patience"])
def test_what_must_be_there_is_missed(tmp_path: Path, name: str) -> None:
    (old,) = [line for line in GOOD.splitlines() if line.startswith(f"{name}:")]
    assert refusal(tmp_path, f"{old}\n", "") == (1, f"{name} is missing")


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("title: Two", "titel: Two", 1, "titel is not known here"),
        ("title: Two languages", 'title: "a\\nb" #', 1, "a title is one line"),
        ("title: Two", "title: " + "x" * 121, 1, "a title is one line"),
        ("seed: 7", "seed: -7", 2, "-7 is not a whole number"),
        ("seed: 7", "seed: 7\nseed: 8", 3, "seed is given twice"),
        ("2026-03-23", "2026-02-30", 3, "here a date"),
        ("2026-03-23", "20260323", 3, "here a date"),
        ("2026-03-23", "1999-03-23", 3, "here a date"),
        ("days: 14\n", "days: 0\n", 4, "0 is not a whole number from 1 to 3700"),
        ("days: 14\n", "days: 3701\n", 4, "3701 is not a whole number from 1 to 3700"),
        ("warm_up_days: 1", "warm_up_days: 31", 5, "31 is not a whole number"),
        ("parts: 2", "parts: 15", 6, "15 is not a whole number from 1 to 14"),
        ("[sv, ar]", "[sv, sv]", 8, "language sv is given twice"),
        ("[sv, ar]", f"[sv, ar, {MANY}]", 8, "these are more than 50 languages"),
        ("[sv, ar]", "[sv, arabic]", 8, "not a BCP 47 language tag"),
        ("target_seconds: 20", "target_seconds: -20", 9, "-20 is not a number"),
        ("  target_seconds: 20\n", "", 8, "target_seconds is missing"),
        ("gamma: 100", "gamma: 3", 11, "3 is not a number from 4"),
        ("gamma: 100", "gamma: .inf", 11, ".inf is not a number"),
        ("{gamma: 100}", "{beta: 100}", 11, "beta is not known here"),
        ("{gamma: 100}", "often", 11, "here names with values"),
        ("{language: sv", "{language: de", 13, "language de is not one of"),
        ('"08:00", per_hour: [100', '"08:30", per_hour: [100', 13, "a whole hour"),
        ('"08:00", per_hour: [100', '"24:00", per_hour: [100', 13, "here a time from"),
        ("[100, 200]", "[100, -200]", 13, "-200 is not a number"),
        ("[100, 200]", "[100, nan]", 13, "nan is not a number"),
        ("[100, 200]", "[100, 1e3]", 13, "1e3 is not a number"),
        ("[100, 200]", "[0, 0]", 13, "per_hour is 0 throughout"),
        ("[100, 200]", "[1" + ", 1" * 16 + "]", 13, "per_hour has 17 hours; from 08:00"),
        ("[100, 200]", "[100001]", 13, "100001 is not a number"),
        ("[100, 200]", "[50000, 50000, 50000]", 13, "150480 calls are expected on 2026-03-22"),
        ("per_day: 240", "per_day: 240\n    per_hour: [1]", 14, "give either per_hour"),
        ("per_day: 240", "per_day: 0", 15, "0 is not a number"),
        ("per_day: 240", 'per_day: 240\n    opens: "08:00"', 16, "`opens` goes with per_hour"),
        ("per_day: 240", "per_day: 240\n    by_hour: [1, 1]", 16, "by_hour has 2 numbers instead"),
        ("per_day: 240", "per_day: 240\n    on: {Monday: 2}", 16, "here a date"),
        ("per_day: 240", "per_day: 240\n    on: {2026-03-24/2026-03-23: 2}", 16, "comes before"),
        ("per_day: 240", "per_day: 240\n    on: {2026-03-24: -1}", 16, "-1 is not a number"),
        ("per_day: 240", "per_day: 240\n    class: staff", 16, "class staff"),
        ("per_day: 240", "per_day: 240\n    entry_point: moon", 16, "entry point moon"),
        ("opens: \"08:00\", per", "by_hour: [1], per", 13, "by_hour goes with per_day"),
        ("[1, 1, 1, 1, 1, 0, 2]", "[1, 1, 1, 1, 1, 1]", 16, "by_weekday has 6 numbers"),
        ("[1, 1, 1, 1, 1, 0, 2]", "[0, 0, 0, 0, 0, 0, 0]", 16, "by_weekday is 0 throughout"),
        ("talk: {mean_seconds: 100", "talk: {mean_seconds: 0", 17, "0 is not a number"),
        ("shape: exponential", "shape: normal", 17, "shape normal is unknown"),
        ("shape: exponential", "shape: lognormal", 17, "lognormal needs a cv"),
        ("shape: exponential", "shape: constant, cv: 1", 17, "lognormal needs a cv"),
        ("talk: {", "talk: {default: {mean_seconds: 9}, de: {}} #", 17, "language de"),
        ("{mean_seconds: 300, at_once: 0.1}", "forever", 18, "`never` or mean_seconds"),
        ("at_once: 0.1", "at_once: 1.1", 18, "1.1 is not a number from 0 to 1"),
        ("share: 0.4", "share: -0.4", 19, "-0.4 is not a number"),
        ("after_minutes: 8", "after_minutes: 0", 19, "0 is not a number"),
        ("[2, 6]", "[6, 2]", 20, "[soonest, latest]"),
        ("[2, 6]", "[2, 6, 8]", 20, "[soonest, latest]"),
        ("[2, 6]", "[2, 20]", 20, "a phone rings for 20 s"),
        ("[2, 6]", "[2, 21]", 20, "21 is not a number"),
        ("missed: 0.01", "missed: 2", 20, "2 is not a number from 0 to 1"),
        ("name: ar", "name: pool", 26, "group pool is given twice"),
        ("name: ar", "name: Anna Lind", 26, "a name of small letters"),
        ("languages: [sv]", "languages: []", 23, "here a list is expected"),
        ("languages: [sv]", "languages: {}", 23, "at least one language"),
        ("languages: [sv]\n", "years: 99\n    languages: [sv]\n", 23, "99 is not a whole number"),
        ("languages: [sv]\n", "competences: [law]\n    languages: [sv]\n", 23, "competence law"),
        ("[4, 6, 0, 6]", "[0, 0]", 25, "by_hour is 0 throughout"),
        ("[4, 6, 0, 6]", "[4, 6.5]", 25, "6.5 is not a whole number"),
        ("[4, 6, 0, 6]", "[4, 5001]", 25, "5001 is not a whole number"),
        ("[4, 6, 0, 6]", "[4, 4]\n    nurses: 4", 26, "`nurses` goes with `shifts`"),
        ("    by_hour: [4, 6, 0, 6]\n", "", 22, "give either `by_hour`"),
        ("    nurses: 6\n", "", 26, "nurses is missing"),
        ("    nurses: 6\n", "    nurses: 2\n", 27, "the shifts of one day need 3 nurses"),
        ("    nurses: 6\n", '    nurses: 6\n    from: "07:00"\n', 28, "`from` goes with by_hour"),
        ("    nurses: 6\n", "    nurses: 6\n    away: {2026-03-24: 1.5}\n", 28, "1.5 is not"),
        ("days: daily", "days: funday", 30, "day funday is unknown"),
        ("days: daily", "days: [mon, mon-tue]", 30, "mon is given twice"),
        ("days: daily", "days: sat-mon", 30, "sat-mon runs over the end of the week"),
        ('to: "15:30"', 'to: "07:00"', 30, "the shift ends when it begins"),
        ('from: "21:00"', 'from: "24:00"', 31, "here a time from"),
        ("on: 2}", "on: 0}", 30, "0 is not a whole number"),
        ("after_minutes: 120", "after_minutes: 590", 33, "this break fits in no shift"),
        ("minutes: 15}", "minutes: 15}\n      - {after_minutes: 150, minutes: 5}", 34, "back from"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, sentence: str
) -> None:
    found = refusal(tmp_path, old, new)
    assert sentence in found[1]
    assert found[0] == line


def test_more_than_twenty_million_calls_are_refused(tmp_path: Path) -> None:
    line, sentence = refusal(tmp_path, "per_day: 240", "per_day: 20000", ("days: 14", "days: 1500"))
    assert line == 13
    assert "calls are expected; at most 20000000" in sentence


def test_days_on_which_nobody_calls_are_refused(tmp_path: Path) -> None:
    off = "dates: 2030-01-01"
    line, sentence = refusal(
        tmp_path,
        "per_day: 240",
        f"per_day: 240\n    {off}",
        ("[100, 200]}", f"[100, 200], {off}}}"),
    )
    assert (line, sentence) == (13, "nobody ever calls on these days")


def test_callers_whom_no_nurse_understands_are_refused(tmp_path: Path) -> None:
    line, sentence = refusal(tmp_path, "{ar: native, sv: working}", "[sv]")
    assert (line, sentence) == (14, "nobody of the staff could ever serve Arabic callers of public")


def test_days_beyond_the_known_clock_changes_are_refused(tmp_path: Path) -> None:
    line, sentence = refusal(tmp_path, "2026-03-23", "2050-12-23")
    assert (line, sentence) == (4, "the last day is in 2051; known are 2050 and before")


def test_more_nurses_than_a_simulation_bears_are_refused(tmp_path: Path) -> None:
    line, sentence = refusal(tmp_path, "    nurses: 6\n", "    nurses: 4999\n")
    assert (line, sentence) == (26, "these are more than 5000 nurses")


@pytest.mark.parametrize(
    "text", ["", "[]", "title: [", "a: &x 1\nb: *x", "!!python/object:os.system x", "\x00", "- 1"]
)
def test_what_is_no_scenario_at_all_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    with pytest.raises(YamlError, match=r"scenario\.yaml:[0-9]+: "):
        load_scenario(path)


def test_more_kinds_of_callers_than_anybody_needs_are_refused(tmp_path: Path) -> None:
    many = "  - {language: sv, per_day: 1}\n" * 201
    line, sentence = refusal(tmp_path, "talk:", f"{many}talk:")
    assert (line, sentence) == (13, "these are more than 200 kinds of callers")


def test_ringings_may_be_missed_though_the_others_are_answered_at_once(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, ("{seconds: [2, 6], missed: 0.01, ", "{missed: 0.02, "))
    assert scenario.pick_up == (0, 0)
    assert scenario.ringing.missed == 0.02
