"""The site YAML: what is good is read, what is wrong is refused with file, line and a sentence."""

from pathlib import Path

import pytest

from callcenter.settings import ROOT, Settings
from callcenter.site import Site, load_site
from callcenter.site_front import spellings
from language_routing.languages import Language
from language_routing.skills import Level, Requirement, Skills
from language_routing.yaml_lines import YamlError

GOOD = """\
name: test
languages:
  - {tag: sv, key: 1}
  - {tag: ar, key: 4}
classes:
  public: {target_seconds: 180}
entry_points:
  public: {flow: public, class: public}
numbers:
  "1177": public
  "+46771117700": public
trunk:
  addresses: [127.0.0.2]
nurses:
  - {id: n001, name: Anna, languages: [sv]}
  - {id: n002, name: Hanan, languages: [sv, ar]}
"""


def refusal(tmp_path: Path, old: str, new: str) -> tuple[int, str]:
    """Line and sentence with which the good site, changed in one place, is refused."""
    assert old in GOOD
    path = tmp_path / "site.yaml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(YamlError) as caught:
        load_site(path)
    name, line, sentence = str(caught.value).split(":", 2)
    assert name == str(path)
    return int(line), sentence.strip()


def test_the_demo_site_is_in_order_and_has_twelve_nurses_over_five_languages() -> None:
    site = load_site(Settings().site)
    assert len(site.nurses) == 12
    assert {tag for nurse in site.nurses for tag in nurse.languages} == {
        "sv", "fi", "en", "ar", "so",
    }  # fmt: skip


def test_the_policy_is_what_of_the_site_decides(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(GOOD + "ring_seconds: 5\nwrap_up_seconds: 0\nrona_after: 2\n")
    policy = load_site(path).policy
    assert (policy.ring, policy.wrap_up, policy.rona_after) == (5_000, 0, 2)
    assert policy.targets == {"public": 180_000}
    assert policy.backstop > policy.ring
    assert policy.default_language == "sv"


@pytest.mark.parametrize("spelling", ["+46771117700", "46771117700", "0046771117700", "0771117700"])
def test_every_spelling_of_a_swedish_number_is_known(spelling: str) -> None:
    assert spelling in spellings("+46771117700")


def test_a_foreign_number_has_no_swedish_spelling() -> None:
    assert spellings("+35891234567") == ("+35891234567", "35891234567", "0035891234567")


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    line, sentence = refusal(tmp_path, "[sv, ar]", "[sv, sw]")
    assert line == 16
    assert sentence == "language sw is not one of this site's: sv, ar"


def test_a_doubled_nurse_is_refused(tmp_path: Path) -> None:
    line, sentence = refusal(tmp_path, "id: n002", "id: n001")
    assert (line, sentence) == (16, "nurse n001 is given twice")


def test_an_entry_point_without_a_number_is_refused(tmp_path: Path) -> None:
    line, sentence = refusal(
        tmp_path,
        "  public: {flow: public, class: public}",
        "  public: {flow: public, class: public}\n  staff: {flow: public, class: public}",
    )
    assert line == 11
    assert sentence == "entry point staff has no number: nobody could reach it"


def test_a_site_without_numbers_is_refused(tmp_path: Path) -> None:
    _, sentence = refusal(tmp_path, 'numbers:\n  "1177": public\n  "+46771117700": public\n', "")
    assert sentence == "numbers is missing"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("tag: ar", "tag: Arabic", 4, "not a BCP 47 language tag"),
        ("key: 4", "key: 1", 4, "key 1 is given twice"),
        ("key: 4", "key: 12", 4, "one telephone key"),
        ("target_seconds: 180", "target_seconds: soon", 6, "not a whole number"),
        ("class: public}", "class: vip}", 8, "class vip is not among the classes"),
        ('"1177": public', '"1177": nowhere', 10, "entry point nowhere is not among"),
        ('"1177": public', '"_X.": public', 10, "a number is a short code"),
        ('"1177": public', '"0771117700": public', 10, "a number is a short code"),
        ("127.0.0.2", "carrier.example", 13, "an IP address or network"),
        ("127.0.0.2", "0.0.0.0/0", 13, "too large"),
        ("id: n001", 'id: "n001]\\n[evil"', 15, "an id like n017"),
        ("name: Anna", 'name: "Anna\\nLind"', 15, "one line of at most 60"),
        ("languages: [sv]}", "languages: []}", 15, "a list is expected"),
        ("trunk:", "truck:", 12, "truck is not known here"),
    ],
)
def test_what_is_wrong_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found, sentence = refusal(tmp_path, old, new)
    assert words in sentence
    assert found == line


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    _, sentence = refusal(tmp_path, "name: test", "name: [")
    assert "this is not YAML" in sentence


def test_a_pause_reason_that_is_a_word_of_our_own_is_refused(tmp_path: Path) -> None:
    _, sentence = refusal(tmp_path, "trunk:", "pause_reasons: {1: sign_out}\ntrunk:")
    assert "a word of the service's own" in sentence


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        # A name twice; the last would silently win.
        ("trunk:", "name: other\ntrunk:", 12, "name is given twice"),
        ('"+46771117700": public', '"1177": public', 11, "1177 is given twice"),
        ('"+46771117700": public', '"0046771117700": public', 11, "a number is a short code"),
        ("id: n002", "id: n002, id: n003", 16, "id is given twice"),
        # One type for another.
        ("name: test", "name: [test]", 1, "one word is expected"),
        ("{target_seconds: 180}", "180", 6, "names with values are expected"),
        ("{target_seconds: 180}", "{target_seconds: -1}", 6, "not a whole number"),
        ("{target_seconds: 180}", "{target_seconds: 1e3}", 6, "not a whole number"),
        ("addresses: [127.0.0.2]", "addresses: 127.0.0.2", 13, "a list is expected"),
        ("languages: [sv, ar]", "languages: sv", 16, "a list is expected"),
        ("- {id: n001, name: Anna, languages: [sv]}", "- n001", 15, "names with values"),
        ("{flow: public, class: public}", "{flow: public}", 8, "class is missing"),
        ("{flow: public, class: public}", "{flow: ../x, class: public}", 8, "the name of a flow"),
        # What must not reach Asterisk's configuration.
        ("id: n001", 'id: "n001,n002"', 15, "an id like n017"),
        ("id: n001", "id: carrier", 15, "the telephone system's own word"),
        ("id: n001", "id: trunk", 15, "the telephone system's own word"),
        ("id: n001", "id: h", 15, "the telephone system's own word"),
        ("id: n001", 'id: "${SHELL(x)}"', 15, "an id like n017"),
        ("name: Anna", 'name: "A\\u2028B"', 15, "one line of at most 60"),
        ("127.0.0.2", '"127.0.0.2\\nmatch = 0.0.0.0/0"', 13, "an IP address or network"),
        ('"1177": public', '"1177,1,System(x)": public', 10, "a number is a short code"),
        ('"1177": public', '"1177\\n": public', 10, "a number is a short code"),
        ('"1177": public', '"١١٧٧": public', 10, "a number is a short code"),
        ("name: test", 'name: "a\\nb"', 1, "a name of small letters"),
        # More than plain YAML.
        ("languages: [sv]}", "languages: &x [sv]}", 15, "anchors"),
        ("name: Anna", "name: *x", 15, "aliases"),
        ("name: Anna", "name: !!python/name:os.system x", 15, "tags"),
        ("  - {id: n002", "\t- {id: n002", 16, "this is not YAML"),
    ],
)
def test_a_hostile_site_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found, sentence = refusal(tmp_path, old, new)
    assert words in sentence
    assert found == line


def test_a_site_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match=r":1: the file cannot be read"):
        load_site(tmp_path)
    with pytest.raises(YamlError, match=r"none.yaml:1: the file cannot be read"):
        load_site(tmp_path / "none.yaml")


def test_the_example_of_stockholm_is_in_order_and_has_no_warnings() -> None:
    site = load_site(ROOT / "deploy" / "site" / "stockholm.yaml")
    assert site.warnings == ()
    assert len(site.nurses) == 30
    assert [line.language for line in site.routing.lines] == ["fi", "en", "ar", "so"]
    assert site.night_targets == {"public": 300_000, "staff": 180_000}
    assert all(
        number.endswith(("1177", "771117700")) or "8465004" in number for number in site.numbers
    )


@pytest.mark.parametrize("name", ["demo.yaml", "stockholm.yaml"])
def test_each_example_has_every_kind_of_entry_point(name: str) -> None:
    site = load_site(ROOT / "deploy" / "site" / name)
    entries = site.entry_points.values()
    assert {entry.flow for entry in entries} == {"public", "staff", "emergency", "direct", "relay"}
    departments = [entry for entry in entries if entry.flow == "emergency"]
    assert len(departments) == 2
    assert len({entry.greeting["sv"] for entry in departments}) == 2
    assert all(entry.greeting["en"] and entry.transfers["switchboard"] for entry in departments)
    assert {entry.language for entry in entries if entry.flow == "direct"} == {"fi", "ar", "so"}
    staff = [entry for entry in entries if entry.flow == "staff"]
    assert [entry.priority_class for entry in staff] == ["staff", "staff"]
    assert site.targets["staff"] < site.targets["public"]
    assert site.addresses == {"bildtelefoni": "relay_video", "texttelefoni": "relay_text"}
    for spelling in ("1177", *spellings("+46771117700")):
        assert site.numbers[spelling] == "public"
    assert site.main_number == "+46771117700"
    assert site.relay_number is not None
    assert site.outbound is not None


def test_the_demo_site_is_open_at_all_hours_and_has_no_warnings() -> None:
    site = load_site(Settings().site)
    assert site.warnings == ()
    assert all(line.hours is None for line in site.routing.lines)
    assert set(site.targets) == {"public", "staff", "emergency", "red_flag"}
    # The tests' callers find the line as it is at once for a minute.
    assert all(line.rings[1].after >= 60_000 for line in site.routing.lines)


def changed(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> Site:
    """The good site, changed in some places, with `more` below it."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "site.yaml"
    path.write_text(text + more)
    return load_site(path)


SKILLED = (
    "languages: [sv, ar]}",
    "languages: {sv: working, ar: native}, competences: [child], years: 7}",
)


def test_skills_and_what_callers_need_are_part_of_the_policy(tmp_path: Path) -> None:
    site = changed(
        tmp_path,
        SKILLED,
        ("class: public}\nnumbers", "class: public, competences: [child], years: 5}\nnumbers"),
        more="competences: [child, adult]\n",
    )
    anna, hanan = site.policy.nurses
    assert anna.skills == Skills(languages=((Language("sv"), Level.FLUENT),))
    assert hanan.skills == Skills(
        languages=((Language("sv"), Level.WORKING), (Language("ar"), Level.NATIVE)),
        competences=("child",),
        years=7,
    )
    needs = Requirement(competences=("child",), years=5)
    assert site.policy.requirements == {"public": needs}
    assert site.entry_points["public"].requirement == needs


def test_rules_and_times_are_part_of_the_policy(tmp_path: Path) -> None:
    site = changed(
        tmp_path,
        ("{target_seconds: 180}", "{target_seconds: 180, night_target_seconds: 240}"),
        more="""\
night: {from: "22:00", to: "07:00"}
lines: {ar: {rings: [{after_seconds: 0, level: native}, {after_seconds: 9, level: fluent}]}}
reserve_scarce: false
follow_me: {within_minutes: 60, hold_seconds: 20}
wrap_up_most_seconds: 100
phone_gone_seconds: 7
short_abandon_seconds: 8
handle_seconds: 99
most_callers: 12
pause_reasons: {2: {reason: lunch, minutes: 30}}
surge: {never_refused: [public], high: {waiting: 5}}
""",
    )
    policy = site.policy
    assert policy.night_targets == {"public": 240_000}
    assert policy.routing.night == (1320, 420)
    assert [line.language for line in policy.routing.lines] == ["ar"]
    assert (policy.reserve, policy.follow_me, policy.follow_hold) == (False, 3_600_000, 20_000)
    assert (policy.wrap_up_most, policy.phone_gone) == (100_000, 7_000)
    assert (policy.short_abandon, policy.handle_time) == (8_000, 99_000)
    assert [step.level for step in policy.surge.steps] == ["high"]
    assert (site.most_callers, site.never_refused) == (12, ("public",))
    assert (site.pause_reasons, site.pause_minutes) == ({"2": "lunch"}, {"lunch": 30})
    (warning,) = site.warnings
    assert warning.endswith(":18: no nurse of this site fits this ring of the line ar")


def test_what_a_site_does_not_say_has_its_usual_value(tmp_path: Path) -> None:
    site = changed(tmp_path)
    policy = site.policy
    assert policy.reserve
    assert (policy.follow_me, policy.follow_hold, policy.night_targets) == (0, 0, {})
    assert (policy.phone_gone, policy.short_abandon, policy.handle_time) == (
        60_000, 10_000, 360_000,
    )  # fmt: skip
    assert policy.wrap_up_most == 900_000
    assert (policy.routing.lines, policy.surge.steps, policy.requirements) == ((), (), {})
    assert (site.most_callers, site.never_refused, site.pause_minutes) == (2000, (), {})


def test_warnings_do_not_make_a_site_another(tmp_path: Path) -> None:
    rings = "[{after_seconds: 0, level: native}, {after_seconds: 9, level: working}]"
    more = f"lines: {{ar: {{rings: {rings}}}}}"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = changed(tmp_path / "a", more=more), changed(tmp_path / "b", more=more)
    assert here.warnings != there.warnings
    assert here == there


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("languages: [sv]}", "languages: [sv], competences: [child]}", 15, "child is not one"),
        ("languages: [sv]}", "languages: [sv], years: many}", 15, "not a whole number"),
        ("languages: [sv]}", "languages: {sv: good}}", 15, "level good is unknown"),
        ("languages: [sv, ar]", "languages: [sv]", 4, "nobody speaks Arabic"),
        ("class: public}\n", "class: public, years: 5}\n", 8, "asks for 5 years, and no nurse"),
        ("trunk:", "lines: {de: {}}\ntrunk:", 12, "language de is not one of this site's"),
        ("trunk:", "most_callers: 0\ntrunk:", 12, "not a whole number from 1"),
        ("trunk:", "reserve_scarce: maybe\ntrunk:", 12, "neither true nor false"),
        ("trunk:", "wrap_up_most_seconds: 29\ntrunk:", 12, "shorter than wrap_up_seconds"),
        ("{target_seconds: 180}", "{target_seconds: 1, night_target_seconds: 1}", 6, "`night`"),
    ],
)  # fmt: skip
def test_routing_that_is_wrong_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found, sentence = refusal(tmp_path, old, new)
    assert words in sentence
    assert found == line


FULL = """\
addresses: {bildtelefoni: public, text-tel.1: ward}
relay_number: "+46846500490"
survey: {percent: 25}
"""
WARD = """\
  ward:
    flow: emergency
    class: public
    language: ar
    waiting: waiting_staff
    survey: true
    greeting: {ar: مرحبا, sv: "Hej, du har ringt avdelningen!"}
    transfers: {switchboard: "+46846500480", other: "+4610123456"}
numbers:
"""


def test_an_entry_point_has_its_own_words_language_survey_and_numbers(tmp_path: Path) -> None:
    site = changed(
        tmp_path,
        ("numbers:\n", WARD),
        ("addresses: [127.0.0.2]", 'addresses: [127.0.0.2]\n  outbound: "192.0.2.7:5080"'),
        more=FULL,
    )
    ward = site.entry_points["ward"]
    assert (ward.flow, ward.language, ward.waiting) == ("emergency", "ar", "waiting_staff")
    assert ward.survey
    assert ward.greeting == {"ar": "مرحبا", "sv": "Hej, du har ringt avdelningen!"}
    assert ward.transfers == {"switchboard": "+46846500480", "other": "+4610123456"}
    assert site.addresses == {"bildtelefoni": "public", "text-tel.1": "ward"}
    assert (site.relay_number, site.survey_percent) == ("+46846500490", 25)
    assert (site.outbound, site.main_number) == ("192.0.2.7:5080", "+46771117700")


def test_what_a_site_does_not_say_of_its_callers_is_left_out(tmp_path: Path) -> None:
    site = changed(tmp_path)
    entry = site.entry_points["public"]
    assert (entry.language, entry.waiting, entry.survey) == (None, "waiting", False)
    assert (entry.greeting, entry.transfers) == ({}, {})
    assert (site.addresses, site.relay_number, site.outbound) == ({}, None, None)
    assert site.survey_percent == 10


def test_an_entry_point_that_has_an_address_needs_no_number(tmp_path: Path) -> None:
    site = changed(
        tmp_path,
        ("class: public}\n", "class: public}\n  video: {flow: relay, class: public}\n"),
        more="addresses: {video: video}\n",
    )
    assert site.addresses == {"video": "video"}
    assert "video" not in site.numbers.values()


ENTRY = "flow: public, class: public"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (ENTRY, "flow: nowhere, class: public", 8, "there is no flow nowhere"),
        (ENTRY, f"{ENTRY}, waiting: nowhere", 8, "there is no flow nowhere"),
        (ENTRY, f"{ENTRY}, waiting: ../x", 8, "the name of a flow"),
        (ENTRY, f"{ENTRY}, language: fi", 8, "language fi is not one of this site's"),
        (ENTRY, f"{ENTRY}, survey: sometimes", 8, "neither true nor false"),
        (ENTRY, f"{ENTRY}, greeting: {{ar: hej}}", 8, "give the greeting in sv too"),
        (ENTRY, f"{ENTRY}, language: ar, greeting: {{sv: hej}}", 8, "give the greeting in ar too"),
        (ENTRY, f"{ENTRY}, greeting: {{fi: hej}}", 8, "language fi is not one of this site's"),
        (ENTRY, f"{ENTRY}, greeting: {{sv: '   '}}", 8, "one line of at most 400"),
        (ENTRY, f"{ENTRY}, greeting: {{sv: {'a' * 401}}}", 8, "one line of at most 400"),
        (ENTRY, f'{ENTRY}, greeting: {{sv: "a\\nb"}}', 8, "one line of at most 400"),
        (ENTRY, f'{ENTRY}, greeting: {{sv: "a\\u202eb"}}', 8, "one line of at most 400"),
        (ENTRY, f"{ENTRY}, greeting: {{sv: '[[aa]]'}}", 8, "no brackets"),
        (ENTRY, f"{ENTRY}, greeting: {{sv: '{{ $x }}'}}", 8, "no brackets"),
        (ENTRY, f"{ENTRY}, greeting: {{sv: '<audio src=x>'}}", 8, "no brackets"),
        (ENTRY, f"{ENTRY}, greeting: hej", 8, "names with values are expected"),
        (ENTRY, f"{ENTRY}, transfers: {{x: '+46846500480'}}", 8, "trunk has no `outbound`"),
        ("  public: {flow", "  public_: {flow", 8, "a name of small letters"),
        ("  public: {flow", "  a__b: {flow", 8, "a name of small letters"),
        ("trunk:", "addresses: {x1: nowhere}\ntrunk:", 12, "entry point nowhere is not among"),
        ("trunk:", "addresses: {s: public}\ntrunk:", 12, "a word of Asterisk's own"),
        ("trunk:", "addresses: {h: public}\ntrunk:", 12, "a word of Asterisk's own"),
        ("trunk:", "addresses: {fax: public}\ntrunk:", 12, "a word of Asterisk's own"),
        ("trunk:", "addresses: {T: public}\ntrunk:", 12, "the name before the @"),
        ("trunk:", "addresses: {1177: public}\ntrunk:", 12, "the name before the @"),
        ("trunk:", "addresses: {_X.: public}\ntrunk:", 12, "the name before the @"),
        ("trunk:", 'addresses: {"a,1,System(x)": public}\ntrunk:', 12, "the name before the @"),
        ("trunk:", 'addresses: {"a\\n": public}\ntrunk:', 12, "the name before the @"),
        ("trunk:", f"addresses: {{{'a' * 33}: public}}\ntrunk:", 12, "the name before the @"),
        ("trunk:", "addresses: {ab: public, a-b: public}\ntrunk:", 12, "given twice"),
        ("trunk:", "relay_number: 90160\ntrunk:", 12, "a number with its country code"),
        ("trunk:", "relay_number: 0846500490\ntrunk:", 12, "a number with its country code"),
        ("trunk:", "survey: {percent: 0}\ntrunk:", 12, "not a whole number from 1 to 100"),
        ("trunk:", "survey: 10\ntrunk:", 12, "names with values are expected"),
    ],
)  # fmt: skip
def test_what_callers_meet_is_checked_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found, sentence = refusal(tmp_path, old, new)
    assert words in sentence
    assert found == line


def outbound(tmp_path: Path, *changes: tuple[str, str]) -> str:
    """The refusal of the good site with a carrier that takes our calls, and with `changes`."""
    carrier = ("addresses: [127.0.0.2]", "addresses: [127.0.0.2]\n  outbound: 127.0.0.2")
    with pytest.raises(YamlError) as caught:
        changed(tmp_path, carrier, *changes)
    return str(caught.value)


def test_a_transfer_leads_out_of_the_site(tmp_path: Path) -> None:
    loop = (ENTRY, f"{ENTRY}, transfers: {{desk: '+46771117700'}}")
    assert ":8: this number leads to this site again" in outbound(tmp_path, loop)


def test_who_calls_has_a_number_with_its_country_code_to_show(tmp_path: Path) -> None:
    short = ('  "+46771117700": public\n', "")
    assert ":12: to call through the carrier" in outbound(tmp_path, short)
