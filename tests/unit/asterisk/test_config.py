"""Asterisk's configuration: how many callers a node takes, and what is rendered of a site."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.asterisk.config import (
    callers_at_once,
    patients_at_once,
    rendered,
    transfers_at_once,
)
from callcenter.credentials import Credentials
from callcenter.provision.programs import AsteriskDirectories
from callcenter.settings import ROOT, Settings
from callcenter.site import Site, load_site
from ivr_flows.prompts import load_catalog


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(ROOT / "deploy" / "site" / "demo.yaml")


def files(site: Site) -> dict[str, str]:
    """Every file, with made-up secrets and directories."""
    names = ("reading", "acting", "agi")
    secrets = Credentials(
        ami={name: f"secret-of-{name}" for name in names},
        nurses={nurse.id: f"secret-of-{nurse.id}" for nurse in site.nurses},
    )
    directories = AsteriskDirectories(modules=Path("/modules"), data=Path("/data"))
    return rendered(Settings(home=Path("/home")), site, directories, secrets)


def context(text: str, name: str) -> str:
    """One context of a dialplan, without its comments."""
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no context {name}"
    return "\n".join(line for line in found[1].splitlines() if not line.lstrip().startswith(";"))


def without_transfers(site: Site) -> Site:
    entries = {name: replace(entry, transfers={}) for name, entry in site.entry_points.items()}
    return replace(site, entry_points=entries, outbound=None)


@pytest.mark.parametrize("most", [1, 20, 1_000, 2_000])
def test_the_sites_own_number_holds_where_there_are_ports_for_it(site: Site, most: int) -> None:
    found, reserve = callers_at_once(Settings(), replace(site, most_callers=most))
    assert found == most
    assert 1 <= reserve <= max(1, most // 10)


@pytest.mark.parametrize("ports", [100, 1_000, 4_000, 60_000])
@pytest.mark.parametrize("most", [10, 2_000, 100_000])
def test_all_callers_their_transfers_and_all_nurses_phones_find_two_ports_each(
    site: Site, ports: int, most: int
) -> None:
    settings = Settings(rtp_count=ports)
    many = replace(site, most_callers=most)
    found, reserve = callers_at_once(settings, many)
    assert found >= 1
    assert transfers_at_once(many) >= 1
    if found > 1:
        others = transfers_at_once(many) + patients_at_once(many) + len(site.nurses)
        assert 2 * (found + reserve + others) <= ports


def test_a_site_that_transfers_nobody_keeps_no_ports_for_it(site: Site) -> None:
    assert transfers_at_once(without_transfers(site)) == 0


def test_a_site_that_rings_nobody_back_keeps_no_ports_for_it(site: Site) -> None:
    assert patients_at_once(site) == len(site.nurses)
    assert patients_at_once(replace(site, callbacks=None)) == 0


def test_every_number_and_address_leads_to_its_entry_point(site: Site) -> None:
    plan = files(site)["extensions.conf"]
    lines = context(plan, "from-trunk").splitlines()
    assert {line for line in lines if line} == {
        f"exten => {dialled},1,Goto(cc-entry,{entry},1)"
        for dialled, entry in (*site.numbers.items(), *site.addresses.items())
    }


def test_every_entry_point_says_its_class_language_and_survey(site: Site) -> None:
    entries = context(files(site)["extensions.conf"], "cc-entry")
    for name, priority, home, survey in (
        ("public", "public", "sv", 1),
        ("staff", "staff", "sv", 0),
        ("arabic", "public", "ar", 1),
    ):
        part = entries.partition(f"exten => {name},")[2].partition("exten =>")[0]
        for word in (
            f"CC_ENTRY={name})", f"CC_CLASS={priority})", f"CC_HOME={home})",
            f"CC_SURVEY={survey})",
        ):  # fmt: skip
            assert word in part, (name, word)


def test_an_entry_point_is_transferred_to_its_own_numbers_alone(site: Site) -> None:
    transfers = context(files(site)["extensions.conf"], "cc-transfer")
    for name in ("emergency", "emergency_south"):
        part = transfers.partition(f"exten => {name}.switchboard,")[2].partition("exten =>")[0]
        assert f"CC_CALLED={site.entry_points[name].transfers['switchboard']})" in part
    assert "public.switchboard" not in transfers


def test_the_carrier_is_called_as_ourselves_and_calls_nobody_in_by_that_name(site: Site) -> None:
    carrier = context(files(site)["pjsip.conf"], "carrier")
    assert f"from_user = {site.main_number}" in carrier
    # By address, of which none is given: whoever writes "carrier" into a From header is nobody.
    assert "identify_by = ip\n" in carrier
    assert "endpoint = carrier" not in files(site)["pjsip.conf"]
    assert "context = nowhere" in carrier
    assert "[nowhere]" not in files(site)["extensions.conf"]
    assert f"contact = sip:{site.outbound}" in files(site)["pjsip.conf"]


def test_a_site_without_an_outbound_address_calls_nobody(site: Site) -> None:
    found = files(without_transfers(site))
    assert "[carrier]" not in found["pjsip.conf"]
    assert "@carrier" not in context(found["extensions.conf"], "cc-offer")
    assert "[cc-callback]" not in found["extensions.conf"]
    assert "CC_CALLED=" not in context(found["extensions.conf"], "cc-transfer")


def test_a_patient_is_rung_by_ourselves_as_ourselves_and_within_the_policys_time(
    site: Site,
) -> None:
    plan = context(files(site)["extensions.conf"], "cc-callback")
    dials = re.findall(r"Dial\((.*)\)$", plan, re.MULTILINE)
    assert len(dials) == 2
    for dial in dials:
        assert dial.startswith("PJSIP/${CC_DIAL}@carrier,${CC_RING_S},")
        assert "b(cc-outbound^s^1)" in dial
        assert dial.partition("(")[0].count("i") >= 1  # she cannot send us elsewhere


def test_nobody_is_rung_for_whom_the_nurse_has_just_hung_up(site: Site) -> None:
    """`dialled` is written down first, then the nurse is asked for again, then it is told."""
    plan = context(files(site)["extensions.conf"], "cc-callback")
    dial = plan.partition("exten => dial,1,")[2].partition("exten =>")[0]
    told = dial.index("UserEvent(CcDialled")
    written = dial.index("MASTER_CHANNEL(CC_THERE)=dialled")
    assert written < dial.index("BRIDGEPEER", written) < told < dial.index("Dial(PJSIP/")


def test_a_number_that_is_rung_is_in_no_event(site: Site) -> None:
    assert "CC_DIAL" not in files(site)["manager.conf"]


def test_the_keys_of_a_nurse_are_those_of_a_callback_alone(site: Site) -> None:
    found = files(site)
    keys = dict(re.findall(r"^(\w+) => (\*\d),self,", found["features.conf"], re.MULTILINE))
    assert keys == {"cc_machine": "*7", "cc_wrong_person": "*8"}
    uses = [line for line in found["extensions.conf"].splitlines() if "DYNAMIC_FEATURES" in line]
    assert len(uses) == 1
    assert uses[0].endswith("Set(DYNAMIC_FEATURES=cc_machine#cc_wrong_person)")
    assert uses[0].strip() in context(found["extensions.conf"], "cc-callback")


def test_what_a_nurse_hears_of_a_callback_is_there_for_every_kind_result_and_language(
    site: Site,
) -> None:
    texts = load_catalog().prompts("sv")
    told = re.findall(r"Set\(CC_RESULT=(\w+)\)", context(dialplan(site), "cc-callback"))
    assert set(told) == {"failed", "invalid", "no_answer", "busy"}
    words = {
        *(f"nurse-callback-{word.replace('_', '-')}" for word in (*told, "medical", "kept")),
        *(f"nurse-language-{choice.language}" for choice in site.choices),
        "nurse-callback-ring", "nurse-callback-settled",
    }  # fmt: skip
    assert words <= set(texts)


def dialplan(site: Site) -> str:
    return files(site)["extensions.conf"]


def test_nobody_waits_in_line_for_a_patient_who_is_not_on_the_phone(site: Site) -> None:
    line = context(files(site)["extensions.conf"], "cc-line")
    leaves = line.index('"${CC_THERE}" != "reached"]?cc-unserved,s,1)')
    assert leaves < line.index("AGI(") < line.index("cc-fallback")


def test_keys_in_line_act_one_by_one(site: Site) -> None:
    """A longer extension, or a pattern, would make Asterisk wait for the next key."""
    line = context(files(site)["extensions.conf"], "cc-line")
    extensions = set(re.findall(r"^exten => ([^,]+),", line, re.MULTILINE))
    assert extensions == {"s", "1", "*", "i", "T"}


def test_every_jump_of_the_dialplan_leads_to_a_label_or_context_that_is_there(site: Site) -> None:
    plan = files(site)["extensions.conf"]
    contexts = set(re.findall(r"^\[([a-z-]+)\]$", plan, re.MULTILINE))
    code = "\n".join(line for line in plan.splitlines() if not line.lstrip().startswith(";"))
    assert set(re.findall(r"(?:Goto\(|\?|:)(cc-[a-z]+|closed),", code)) <= contexts
    for name in contexts:
        text = context(plan, name)
        labels = set(re.findall(r",?\bn\(([a-z]+)\)", text))
        extensions = set(re.findall(r"^exten => ([^,]+),", text, re.MULTILINE))
        jumps = "\n".join(line for line in text.splitlines() if re.search(r"Goto(If)?\(", line))
        for target in re.findall(r"(?:Goto\(|\?|:)([a-z]+)(?=[):]\S*$)", jumps, re.MULTILINE):
            assert target in labels, (name, target)
        for extension, label in re.findall(r"(?:Goto\(|\?|:)([a-zT]+),([a-z]+)[):]", jumps):
            assert extension in extensions, (name, extension)
            assert label in labels, (name, label)


def test_what_events_must_tell_of_a_caller_is_asked_for(site: Site) -> None:
    (line,) = (
        line for line in files(site)["manager.conf"].splitlines() if line.startswith("channelvars")
    )
    variables = set(line.partition("=")[2].strip().split(","))
    assert {"CC_CONTACT", "CC_PHASE", "CC_LANG", "CC_SPOKEN", "CC_WANTED", "CC_CLASS"} <= variables
    assert "CC_THERE" in variables
