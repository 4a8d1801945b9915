"""The IVR process: which dialogue a path leads to, and what the flow is told of the caller."""

import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from callcenter.asterisk.ivr import Ivr
from callcenter.credentials import load_credentials
from callcenter.settings import ROOT, Settings
from callcenter.site import Site, load_site
from callcenter.site_flows import site_catalog
from ivr_flows.facts import Wait
from tests.unit.asterisk.scripted_view import CONTACT, InLine, ScriptedView

# Everybody is in the sample of the survey.
SITE = replace(load_site(ROOT / "deploy" / "site" / "demo.yaml"), survey_percent=100)
NURSE = SITE.nurses[0].id
LONG = InLine(wait=Wait(place=3, low_ms=300_000, high_ms=600_000), offered=True, ahead=2, nurses=5)
ANSWER_S = 30.0


class Switch:
    """Asterisk: opens dialogues, and answers each command as if nobody ever pressed a key.

    Attributes:
        lines: The commands of the last dialogue.
    """

    def __init__(self, settings: Settings, site: Site, view: ScriptedView) -> None:
        settings.prompts.mkdir(parents=True)
        for language in site_catalog(site).languages:
            (settings.prompts / language).mkdir()
            for sound in site_catalog(site).sounds(language):
                (settings.prompts / language / f"{sound.id}.wav").touch()
        self.key = load_credentials(settings.data, [nurse.id for nurse in site.nurses]).ami["agi"]
        self.ivr = Ivr(settings, site, view)
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self.ivr.server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self.ivr.server.stop(0)
        self._thread.join(ANSWER_S)

    def dialogue(
        self,
        path: str,
        *arguments: str,
        number: str = "+46701740605",
        variables: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> str:
        """Every command of it, a line each."""
        known = variables or {}
        self.lines = []
        with socket.create_connection(("127.0.0.1", self.ivr.server.port)) as sock:
            sock.settimeout(ANSWER_S)
            with sock.makefile("rw", encoding="utf-8", newline="\n") as stream:
                stream.write(
                    "agi_network: yes\n"
                    f"agi_request: agi://127.0.0.1{path}?key={self.key if key is None else key}\n"
                    f"agi_callerid: {number}\n"
                )
                for place, argument in enumerate(arguments, 1):
                    stream.write(f"agi_arg_{place}: {argument}\n")
                stream.write("\n")
                stream.flush()
                for line in stream:
                    self.lines.append(line.rstrip("\n"))
                    asks = line.startswith("GET VARIABLE")
                    found = known.get(line.split('"')[1]) if asks else None
                    answer = "200 result=0" if found is None else f"200 result=1 ({found})"
                    stream.write(answer + "\n")
                    stream.flush()
        return "\n".join(self.lines)


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        base = probe.getsockname()[1] - 73
    settings = Settings(home=tmp_path_factory.mktemp("ivr") / "home", port_base=base)
    switch = Switch(settings, SITE, ScriptedView(LONG))
    yield switch
    switch.close()


def visits(wait: str) -> float:
    return REGISTRY.get_sample_value("callcenter_ivr_visits_total", {"wait": wait}) or 0.0


def test_an_entry_point_has_its_own_flow_language_and_greeting(switch: Switch) -> None:
    assert 'CcQueued,CcLanguage: sv"' in switch.dialogue("/ivr/public", CONTACT)
    assert 'CcQueued,CcLanguage: fi"' in switch.dialogue("/ivr/finnish", CONTACT)
    greeted = next(entry for entry in SITE.entry_points.values() if entry.greeting)
    said = switch.dialogue(f"/ivr/{greeted.name}", CONTACT)
    assert f"/greeting-{greeted.name.replace('_', '-')}" in said


def test_a_visit_speaks_the_caller_s_language_and_leaves_word_for_the_next_one(
    switch: Switch,
) -> None:
    known = visits("known")
    said = switch.dialogue("/wait/public", CONTACT, "", "0", "", variables={"CC_SPOKEN": "so"})
    assert "/so/in-line" in said
    assert "/so/wait-range.5-10" in said
    assert "CC_VISIT=1" in said
    assert "CC_TELL_AT=" in said
    assert switch.lines[-1].endswith(',CC_OK=1"') or switch.lines[-1].endswith('"CC_OK=1"')
    assert visits("known") == known + 1


def test_a_visit_goes_on_where_the_last_one_stopped(switch: Switch) -> None:
    said = switch.dialogue("/wait/public", CONTACT, "", "2", "3-300000-600000")
    assert "/in-line" not in said
    assert "/wait-range" not in said  # it is no news
    assert "CC_VISIT=3" in said


@pytest.mark.parametrize(
    ("number", "variables", "asked"),
    [
        ("+46701740605", {}, "keep-number"),
        ("+46701740605", {"CC_PRIVATE": "0"}, "keep-number"),
        ("+46701740605", {"CC_PRIVATE": "1"}, "keep-type"),
        ("unknown", {}, "keep-type"),
        ("112", {}, "keep-type"),
        ("+46771117700", {}, "keep-type"),  # our own number leads nowhere
    ],
)
def test_the_number_to_ring_back_is_the_caller_s_if_it_is_known_and_can_be_rung(
    switch: Switch, number: str, variables: Mapping[str, str], asked: str
) -> None:
    said = switch.dialogue(
        "/wait/public", CONTACT, "1", "1", "", number=number, variables=variables
    )
    questions = [line for line in switch.lines if "BackGround" in line]
    assert f"/{asked}" in questions[0]
    assert "CcKeep" not in said


def test_rubbish_from_the_dialplan_is_a_first_visit_of_somebody_unknown(switch: Switch) -> None:
    said = switch.dialogue("/wait/public", "x'; drop", "12", "-1", "a-b", number="")
    assert "/sv/in-line" in said
    assert "/sv/wait-unknown" in said


def test_who_is_sampled_is_asked_after_the_call_and_then_hung_up_on(switch: Switch) -> None:
    said = switch.dialogue("/after/public", CONTACT, variables={"CC_SPOKEN": "ar"})
    assert "/ar/survey-ask" in said
    assert switch.lines[-1] == "HANGUP"


def test_nobody_is_asked_where_there_is_no_survey(switch: Switch) -> None:
    unasked = next(entry.name for entry in SITE.entry_points.values() if not entry.survey)
    assert switch.dialogue(f"/after/{unasked}", CONTACT) == 'SET VARIABLE "CC_OK" "1"'


@pytest.mark.parametrize("path", ["/ivr/nowhere", "/wait/nowhere", "/other/public", "/", "/ivr"])
def test_a_path_that_leads_nowhere_is_closed_without_a_word(switch: Switch, path: str) -> None:
    assert switch.dialogue(path, CONTACT) == ""


def test_who_does_not_know_our_key_is_not_served(switch: Switch) -> None:
    assert switch.dialogue("/ivr/public", CONTACT, key="guess") == ""
    assert switch.dialogue("/ivr/public", CONTACT) != ""


def test_feature_codes_of_staff_go_to_their_own_dialogues(switch: Switch) -> None:
    assert "nurse-refused" in switch.dialogue("/nurse/ready", "nobody")
    assert "nurse-message-refused" in switch.dialogue("/message/record", NURSE)  # no PIN is set
