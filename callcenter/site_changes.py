"""Site changes: what differs between two sites, and which of it a running service can take.

A router takes a new policy between two events. What Asterisk's configuration was rendered
from, or a gateway or the IVR has read at its start, needs a restart: nothing is taken then,
for a site in force by half would be worse than the old one.
"""

from dataclasses import fields, replace
from typing import Final

from callcenter.acd.policy import NurseSpec, Policy
from callcenter.site import Site
from language_routing.skills import NOTHING

# Words for what is read at a start; a field that is named nowhere here counts as such too.
RESTART: Final = {
    "name": "the name of the site",
    "choices": "languages of the menu",
    "numbers": "numbers",
    "addresses": "SIP addresses",
    "relay_number": "relay_number",
    "survey_percent": "percent of the survey",
    "pause_reasons": "pause reasons",
    "pause_minutes": "planned minutes of pauses",
    "trunk_addresses": "trunk addresses",
    "outbound": "outbound address of the trunk",
    "ring": "ring_seconds",
    "wrap_up": "wrap_up_seconds",
    "short_talk": "short_talk_seconds",
    "most_callers": "most_callers",
    "never_refused": "classes that are never refused",
}
# Only the policy is made of these, and only a router reads that.
LIVE: Final = (
    "targets", "night_targets", "rona_after", "routing", "reserve", "follow_me", "follow_hold",
    "wrap_up_most", "phone_gone", "short_abandon", "handle_time", "surge",
)  # fmt: skip
# Compared below, piece by piece.
PIECES: Final = ("entry_points", "nurses", "callbacks")

_WORDS: Final = {
    "targets": "target of class",
    "night_targets": "target by night of class",
    "requirements": "requirements of entry point",
    "follow_me": "follow-me",
    "follow_hold": "how long follow-me keeps a caller",
    "reserve": "reserve of scarce languages",
    "surge": "surge rules",
    "callbacks": "callbacks and their forecast",
    "wrap_up_most": "wrap_up_most_seconds",
    "phone_gone": "phone_gone_seconds",
    "short_abandon": "short_abandon_seconds",
    "handle_time": "handle_seconds",
}


def needs_restart(old: Site, new: Site) -> list[str]:
    """What of the change a running service cannot take, in words; nothing: it can take all."""
    found = [
        RESTART.get(field.name, field.name)
        for field in fields(Site)
        if field.compare
        and field.name not in (*LIVE, *PIECES)
        and getattr(old, field.name) != getattr(new, field.name)
    ]
    found += _entry_points(old, new)
    if _messages(old) != _messages(new):
        found.append("messages of surge")
    if (old.callbacks is None) != (new.callbacks is None):
        found.append("callbacks, on or off")  # Asterisk has ports for their calls, or none
    before, after = ({nurse.id for nurse in site.nurses} for site in (old, new))
    if before - after:
        found.append(f"nurses removed ({', '.join(sorted(before - after))})")
    if after - before:
        found.append(f"nurses added ({', '.join(sorted(after - before))})")
    return found


def _messages(site: Site) -> list[tuple[str, str]]:
    """What the dialplan was told to say."""
    return [(step.level, step.message) for step in site.surge.steps if step.message]


def changes(old: Site, new: Site) -> list[str]:
    """What changes for calls and nurses when `new` is taken, a line each."""
    found = _policy(old.policy, new.policy)
    names = {nurse.id: nurse.name for nurse in old.nurses}
    for nurse in new.nurses:
        if nurse.id in names and names[nurse.id] != nurse.name:
            found.append(f"nurse {nurse.id}: name")
    return found


def _entry_points(old: Site, new: Site) -> list[str]:
    """All of one is in the dialplan or in the IVR's dialogues, but for what its callers need."""
    before, after = (
        {name: replace(entry, requirement=NOTHING) for name, entry in site.entry_points.items()}
        for site in (old, new)
    )
    return [
        f"entry point {name}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _policy(old: Policy, new: Policy) -> list[str]:
    found: list[str] = []
    for name in Policy.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if name == "nurses":
            found += _nurses(before, after)
        elif name in ("targets", "night_targets", "requirements"):
            found += [
                f"{_WORDS[name]} {key}"
                for key in sorted(before.keys() | after.keys())
                if before.get(key) != after.get(key)
            ]
        elif name == "routing":
            tags = sorted({line.language for line in (*before.lines, *after.lines)})
            found += [f"line {tag}" for tag in tags if before.line(tag) != after.line(tag)]
            found += ["holidays or time zone"] * (before.calendar != after.calendar)
            found += ["night"] * (before.night != after.night)
        else:
            found.append(_WORDS.get(name, name))
    return found


def _nurses(old: tuple[NurseSpec, ...], new: tuple[NurseSpec, ...]) -> list[str]:
    before = {nurse.id: nurse for nurse in old}
    found = []
    for nurse in new:
        known = before.get(nurse.id)
        if known is None or known == nurse:
            continue
        differ = [
            name
            for name in ("languages", "competences", "years")
            if getattr(known.skills, name) != getattr(nurse.skills, name)
        ]
        found.append(f"nurse {nurse.id}: {', '.join(differ) or 'order of languages'}")
    return found
