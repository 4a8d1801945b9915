"""Site: one installation's own facts, from its YAML. Refused whole, with file and line.

Numbers, languages, nurses, lines, targets and times; `deploy/site/demo.yaml` explains each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from callbacks.policy import CallbackPolicy
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy, SurgeRules
from callcenter.site_callbacks import Callbacks, load_callbacks
from callcenter.site_front import (
    E164,
    EntryPoint,
    load_addresses,
    load_choices,
    load_entry_points,
    load_numbers,
)
from callcenter.site_rules import (
    WORD,
    load_classes,
    load_follow_me,
    load_pauses,
    load_surge,
    load_survey,
    seconds,
)
from callcenter.site_trunk import Trunk, load_trunk
from ivr_flows.languages import Choice
from language_routing.coverage import check_coverage
from language_routing.languages import Language
from language_routing.lines import Routing
from language_routing.load import ROUTING_KEYS, load_routing
from language_routing.load_hours import load_calendar
from language_routing.load_skills import (
    SKILL_KEYS,
    load_competences,
    load_languages,
    load_requirement,
)
from language_routing.skills import NOTHING, Level
from language_routing.yaml_lines import Located, YamlError

_NURSE: Final = re.compile(r"[a-z][a-z0-9]{0,15}")
# Names of endpoints of ours, and Asterisk's own word for a hang-up.
_TAKEN: Final = ("trunk", "carrier", "h")
_BACKSTOP_BEYOND_RING: Millis = 10_000
_WRAP_UP_MOST_S: Final = 900
_KNOWN: Final = (
    "name", "languages", "competences", "classes", "entry_points", "numbers", "addresses",
    "relay_number", "survey", "nurses", "pause_reasons", "trunk", "ring_seconds",
    "wrap_up_seconds", "wrap_up_most_seconds", "rona_after", "short_talk_seconds",
    "phone_gone_seconds", "short_abandon_seconds", "handle_seconds", "reserve_scarce",
    "follow_me", "surge", "most_callers", "callbacks", *ROUTING_KEYS,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SiteNurse:
    """A nurse; her `levels` where the site gives any, else she is fluent in all she speaks."""

    id: NurseId
    name: str
    languages: tuple[Language, ...]
    levels: dict[Language, Level] = field(default_factory=dict)
    competences: tuple[str, ...] = ()
    years: int = 0

    @property
    def spec(self) -> NurseSpec:
        """Her as the policy has her: without a name."""
        return NurseSpec(
            id=self.id,
            languages=self.languages,
            levels=self.levels,
            competences=self.competences,
            years=self.years,
        )


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site that has passed every check.

    Attributes:
        choices: The languages of the menu, each with its key; the first is the default.
        numbers: Every dialled number, as the carrier may spell it, to its entry point.
        addresses: The user part of every SIP address that leads to an entry point, to that.
        relay_number: The number for text telephones, spoken to callers; `None`: there is none.
        survey_percent: How many of a hundred callers are asked, where an entry point has a survey.
        pause_reasons: The digit behind `*52` to the reason.
        pause_minutes: How long such a pause is planned to be, where the site says so.
        trunk_addresses: From where the carrier's calls come; nobody else's are taken.
        outbound: Where the carrier takes calls of ours, `address:port`; `None`: we call nobody.
        most_callers: So many callers at once on one node; more are refused before an answer.
        never_refused: Priority classes that no surge refuses; they find a reserve above the cap.
        callbacks: How patients are rung; `None`: this site rings nobody.
        warnings: What is odd and yet taken, each `file:line: sentence`.

    What is not explained here: see `Policy`.
    """

    name: str
    choices: tuple[Choice, ...]
    entry_points: dict[str, EntryPoint]
    numbers: dict[str, str]
    targets: dict[str, Millis]
    nurses: tuple[SiteNurse, ...]
    pause_reasons: dict[str, str]
    trunk_addresses: tuple[str, ...]
    ring: Millis
    wrap_up: Millis
    rona_after: int
    short_talk: Millis
    addresses: dict[str, str] = field(default_factory=dict)
    relay_number: str | None = None
    survey_percent: int = 10
    outbound: str | None = None
    most_callers: int = 2000
    never_refused: tuple[str, ...] = ()
    pause_minutes: dict[str, int] = field(default_factory=dict)
    routing: Routing = field(default_factory=Routing)
    night_targets: dict[str, Millis] = field(default_factory=dict)
    reserve: bool = True
    follow_me: Millis = 0
    follow_hold: Millis = 0
    wrap_up_most: Millis = 0
    phone_gone: Millis = 0
    short_abandon: Millis = 0
    handle_time: Millis = 360_000
    surge: SurgeRules = field(default_factory=SurgeRules)
    callbacks: CallbackPolicy | None = None
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def main_number(self) -> str | None:
        """The first number with a country code: as which we call; `None`: there is none."""
        return next((number for number in self.numbers if number.startswith("+")), None)

    @property
    def policy(self) -> Policy:
        """What of the site decides about calls."""
        return Policy(
            languages=tuple(Language(choice.language) for choice in self.choices),
            default_language=Language(self.choices[0].language),
            targets=self.targets,
            nurses=tuple(nurse.spec for nurse in self.nurses),
            ring=self.ring,
            backstop=self.ring + _BACKSTOP_BEYOND_RING,
            wrap_up=self.wrap_up,
            rona_after=self.rona_after,
            short_talk=self.short_talk,
            routing=self.routing,
            night_targets=self.night_targets,
            requirements={
                name: entry.requirement
                for name, entry in self.entry_points.items()
                if entry.requirement != NOTHING
            },
            reserve=self.reserve,
            follow_me=self.follow_me,
            follow_hold=self.follow_hold,
            wrap_up_most=self.wrap_up_most,
            phone_gone=self.phone_gone,
            short_abandon=self.short_abandon,
            handle_time=self.handle_time,
            surge=self.surge,
            callbacks=self.callbacks,
        )


def load_site(path: Path) -> Site:
    """Read and check a site.

    Raises:
        YamlError: Something is wrong; the text is `file:line: sentence`.
    """
    try:
        top = Located.read(path)
    except OSError as error:
        raise YamlError(f"{path}:1: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise YamlError(f"{path}:1: the file is not UTF-8 text") from None
    parts = top.mapping(
        known=_KNOWN,
        needed=("name", "languages", "classes", "entry_points", "numbers", "nurses", "trunk"),
    )
    choices = load_choices(parts["languages"])
    menu = dict(
        zip(
            (Language(choice.language) for choice in choices),
            parts["languages"].sequence(),
            strict=True,
        )
    )
    competences = load_competences(parts.get("competences"))
    classes = load_classes(parts["classes"], night="night" in parts)
    trunk = load_trunk(parts["trunk"])
    entry_points = load_entry_points(
        parts["entry_points"],
        classes.targets,
        competences,
        tuple(menu),
        outbound=trunk.outbound is not None,
    )
    addresses = load_addresses(parts.get("addresses"), entry_points)
    numbers = load_numbers(parts["numbers"], entry_points, addresses.values())
    _check_outbound(parts, trunk, entry_points, numbers)
    nurses = _nurses(parts["nurses"], tuple(menu), competences)
    loaded = load_routing(parts, menu)
    callbacks = _callbacks(parts, classes.targets, tuple(menu), trunk)
    wrap_up = seconds(parts, "wrap_up_seconds", 30, low=0, high=900)
    pauses = load_pauses(parts.get("pause_reasons"))
    follow_me, follow_hold = load_follow_me(parts.get("follow_me"))
    surge, never_refused = load_surge(parts.get("surge"), classes.targets)
    named = parts["entry_points"].mapping()
    warnings = check_coverage(
        loaded,
        tuple(nurse.spec.skills for nurse in nurses),
        {name: (entry.requirement, named[name]) for name, entry in entry_points.items()},
    )
    return Site(
        name=parts["name"].matching(WORD, "a name of small letters"),
        choices=choices,
        entry_points=entry_points,
        numbers=numbers,
        addresses=addresses,
        relay_number=parts["relay_number"].matching(E164, "a number with its country code")
        if "relay_number" in parts
        else None,
        survey_percent=load_survey(parts.get("survey")),
        targets=classes.targets,
        night_targets=classes.night_targets,
        nurses=nurses,
        pause_reasons=pauses.reasons,
        pause_minutes=pauses.minutes,
        trunk_addresses=trunk.addresses,
        outbound=trunk.outbound,
        ring=seconds(parts, "ring_seconds", 20, low=1, high=120),
        wrap_up=wrap_up,
        wrap_up_most=_wrap_up_most(parts, wrap_up),
        rona_after=parts["rona_after"].integer(1, 10) if "rona_after" in parts else 1,
        short_talk=seconds(parts, "short_talk_seconds", 3, low=0, high=30),
        phone_gone=seconds(parts, "phone_gone_seconds", 60, low=0, high=3600),
        short_abandon=seconds(parts, "short_abandon_seconds", 10, low=0, high=120),
        handle_time=seconds(parts, "handle_seconds", 360, low=10, high=7200),
        reserve=parts["reserve_scarce"].truth() if "reserve_scarce" in parts else True,
        follow_me=follow_me,
        follow_hold=follow_hold,
        surge=surge,
        never_refused=never_refused,
        most_callers=parts["most_callers"].integer(1, 100_000) if "most_callers" in parts else 2000,
        routing=_told_the_time(parts, loaded.routing),
        callbacks=callbacks.policy if callbacks is not None else None,
        warnings=(*warnings, *(callbacks.warnings if callbacks is not None else ())),
    )


def _callbacks(
    parts: Mapping[str, Located],
    classes: Mapping[str, Millis],
    languages: tuple[Language, ...],
    trunk: Trunk,
) -> Callbacks | None:
    if "callbacks" not in parts:
        return None
    return load_callbacks(
        parts["callbacks"],
        classes=tuple(classes),
        languages=languages,
        outbound=trunk.outbound is not None,
    )


def _told_the_time(parts: Mapping[str, Located], routing: Routing) -> Routing:
    """A site that rings people promises times of its local days, and knows its holidays."""
    if "callbacks" not in parts:
        return routing
    return replace(routing, calendar=load_calendar(parts.get("holidays"), holidays=True))


def _check_outbound(
    parts: Mapping[str, Located],
    trunk: Trunk,
    entry_points: Mapping[str, EntryPoint],
    numbers: Mapping[str, str],
) -> None:
    """Whether we can call, and transfers lead out of this service."""
    if trunk.outbound is not None and not any(number.startswith("+") for number in numbers):
        raise parts["trunk"].error(
            "to call through the carrier this site needs a number with its country code"
        )
    written = parts["entry_points"].mapping()
    for entry in entry_points.values():
        for name, number in entry.transfers.items():
            if number in numbers:
                place = written[entry.name].mapping()["transfers"].mapping()[name]
                raise place.error("this number leads to this site again")


def _wrap_up_most(parts: Mapping[str, Located], wrap_up: Millis) -> Millis:
    found = seconds(
        parts, "wrap_up_most_seconds", max(_WRAP_UP_MOST_S, wrap_up // 1000), low=0, high=7200
    )
    if found < wrap_up:
        raise parts["wrap_up_most_seconds"].error("this is shorter than wrap_up_seconds")
    return found


def _nurses(
    node: Located, languages: tuple[Language, ...], competences: tuple[str, ...]
) -> tuple[SiteNurse, ...]:
    found: list[SiteNurse] = []
    for item in node.sequence():
        parts = item.mapping(
            known=("id", "name", "languages", *SKILL_KEYS), needed=("id", "name", "languages")
        )
        nurse = parts["id"].matching(_NURSE, "an id like n017")
        if nurse in _TAKEN:
            raise parts["id"].error(f"{nurse} is the telephone system's own word; choose another")
        if any(other.id == nurse for other in found):
            raise parts["id"].error(f"nurse {nurse} is given twice")
        spoken, levels = load_languages(parts["languages"], languages)
        trained = load_requirement(parts, competences)
        name = parts["name"].text()
        if not name.isprintable() or len(name) > 60:
            raise parts["name"].error("a name is one line of at most 60 characters")
        found.append(
            SiteNurse(
                id=NurseId(nurse),
                name=name,
                languages=spoken,
                levels=levels,
                competences=trained.competences,
                years=trained.years,
            )
        )
    return tuple(found)
