"""`callcenter routing`: check the language lines; say why a nurse and a caller match or not."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from redis.exceptions import RedisError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.surge import rings_percent
from callcenter.cli.actor import follow
from callcenter.people_time import STOCKHOLM
from callcenter.router.follower import JournalLost
from callcenter.settings import Settings
from callcenter.site import Site, SiteNurse, load_site
from language_routing.explain import explain
from language_routing.hours import Hours
from language_routing.languages import Language
from language_routing.lines import Closed, Instead
from language_routing.rings import Ring, admits
from language_routing.skills import NOTHING, Skills
from language_routing.words import DAY_NAMES, LEVEL_NAMES, clock, name_of, span


def register(app: typer.Typer) -> None:
    """Add `routing check` and `routing explain`."""
    routing = typer.Typer(help="Language lines: rings and opening hours.", no_args_is_help=True)
    app.add_typer(routing, name="routing")

    @routing.command("check")
    def _check(path: Annotated[Path | None, typer.Argument()] = None) -> None:
        """Refuse or warn of what is wrong with a site's lines; show them all."""
        site = load_site(path or Settings.from_environment().site)
        console = Console()
        for warning in site.warnings:
            console.print(f"WARNING: {warning}", style="yellow", markup=False, soft_wrap=True)
        console.print(lines_table(site))
        if any(_ring(ring).endswith("*") for line in site.routing.lines for ring in line.rings):
            print("* whatever her competences or years, as the site says")
        print(f"{site.name}: {len(site.nurses)} nurses; {len(site.warnings)} warnings.")

    @routing.command("explain")
    def _explain(
        *,
        nurse: Annotated[str, typer.Option(help="Her id, such as n008.")],
        language: Annotated[str, typer.Option(help="What the caller has asked for.")],
        entry: Annotated[str, typer.Option(help="Entry point; else the first one.")] = "",
        waited: Annotated[int, typer.Option(min=0, help="Seconds in line by now.")] = 0,
        at: Annotated[str, typer.Option(help="As 2026-12-24T10:00, local; else now.")] = "",
        unknown_number: Annotated[
            bool, typer.Option("--unknown-number", help="The caller cannot be rung back.")
        ] = False,
    ) -> None:
        """Why this nurse can or cannot be given such a caller, and when she will."""
        settings = Settings.from_environment()
        site = load_site(settings.site)
        _say(
            settings,
            site,
            nurse=_nurse(site, nurse),
            language=_language(site, language),
            entry=_entry(site, entry),
            waited=waited * 1000,
            at=instant(at) if at else None,
            reachable=not unknown_number,
        )


def lines_table(site: Site) -> Table:
    """Every line with its hours, its rings, and how many nurses each ring admits."""
    table = Table("line", "open", "rings", "nurses", show_lines=True)
    nurses = [nurse.spec.skills for nurse in site.nurses]
    for choice in site.choices:
        tag = Language(choice.language)
        line = site.routing.line(tag)
        admitted = [
            sum(admits(ring, tag, NOTHING, skills) for skills in nurses) for ring in line.rings
        ]
        table.add_row(
            f"{tag} {name_of(tag)}",
            "\n".join(filter(None, (hours_text(line.hours), closed_text(line.closed)))),
            "\n".join(f"{ring.after // 1000:4} s {_ring(ring)}" for ring in line.rings),
            "\n".join(map(str, admitted)),
        )
    for column in (table.columns[0], table.columns[2]):
        column.no_wrap = True
    table.columns[3].justify = "right"
    return table


def _ring(ring: Ring) -> str:
    return (ring.level or "interpreter") + (" *" if not (ring.competences and ring.years) else "")


def hours_text(hours: Hours | None) -> str:
    """`Mon-Fri 08:00-17:00`, a line for each group of days with the same hours."""
    if hours is None:
        return "always"
    days = [
        " ".join(
            f"{clock(span.opens)}-{clock(span.closes)}"
            for span in hours.spans
            if span.weekday == weekday
        )
        for weekday in range(7)
    ]
    found: list[str] = []
    first = 0
    for weekday in range(1, 8):
        if weekday < 7 and days[weekday] == days[first]:
            continue
        if days[first]:
            name = DAY_NAMES[first][:3]
            if weekday - 1 > first:
                name += f"-{DAY_NAMES[weekday - 1][:3]}"
            found.append(f"{name} {days[first]}")
        first = weekday
    found.append("and holidays" if hours.holidays else "not on holidays")
    return "\n".join(found)


def closed_text(closed: Closed | None) -> str:
    """What a caller gets outside the hours."""
    if closed is None:
        return ""
    other = name_of(closed.language)
    if closed.instead is Instead.LANGUAGE:
        return f"else: the {other} line"
    if closed.instead is Instead.INTERPRETER:
        return f"else: any nurse, interpreter to {other}"
    return f"else: rung back when it opens; without a number the {other} line"


def instant(text: str) -> Millis:
    """A local time as an instant.

    Raises:
        ValueError: It is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("--at: here a time like 2026-12-24T10:00 is expected") from None
    found = found.replace(tzinfo=STOCKHOLM) if found.tzinfo is None else found
    return int(found.timestamp() * 1000)


def _say(
    settings: Settings,
    site: Site,
    *,
    nurse: SiteNurse,
    language: Language,
    entry: str,
    waited: Millis,
    at: Millis | None,
    reachable: bool,
) -> None:
    present, percent = _present(settings, nurse.id) if at is None else (None, 100)
    skills = nurse.spec.skills
    if present is not None and present.state is not NurseState.SIGNED_OUT:
        skills = present.skills  # today's, which may be fewer languages
    found = explain(
        site.routing,
        skills,
        language,
        at=time.time_ns() // 1_000_000 if at is None else at,
        waited=waited,
        asked=site.entry_points[entry].requirement,
        reachable=reachable,
        percent=percent,
        hindrance="" if present is None else hindrance(present),
    )
    console = Console(highlight=False)
    console.print(f"{nurse.id}: {_skills(skills)}", soft_wrap=True)
    console.print(
        f"Caller: {name_of(language)}, entry point {entry}{_asked(site, entry)}, "
        f"{span(waited) if waited else '0 s'} in line",
        soft_wrap=True,
    )
    console.print(found.line, soft_wrap=True)
    table = Table("ring", "opens", "she")
    for answer in found.rings:
        opens = f"in {span(answer.opens_in)}" if answer.opens_in else "open"
        fits = "[red]" + escape(", ".join(answer.missing)) if answer.missing else "[green]fits"
        table.add_row(answer.ring, opens, fits)
    console.print(table)
    console.print(f"[bold]{escape(found.verdict[0].upper() + found.verdict[1:])}.", soft_wrap=True)


def _skills(skills: Skills) -> str:
    spoken = ", ".join(f"{name_of(tag)} ({LEVEL_NAMES[level]})" for tag, level in skills.languages)
    trained = f"; trained in {', '.join(skills.competences)}" if skills.competences else ""
    return f"{spoken}{trained}; {skills.years} years of experience"


def _asked(site: Site, entry: str) -> str:
    asked = site.entry_points[entry].requirement
    words = [*asked.competences, *([f"{asked.years} years"] if asked.years else [])]
    return f" (asks for {', '.join(words)})" if words else ""


def _present(settings: Settings, nurse: NurseId) -> tuple[Nurse | None, int]:
    """Her as the running service has her, and how far the surge stretches rings."""
    try:
        board = follow(settings).shard.board
    except (RedisError, JournalLost):
        return None, 100
    if board.policy is None:
        return None, 100
    return board.nurses.get(nurse), rings_percent(board.policy.surge, board.surge.level)


def hindrance(nurse: Nurse) -> str:
    """What keeps her from any call, as words after "she"; nothing if she is free."""
    reason = f" ({nurse.reason})" if nurse.reason else ""
    doing = {
        NurseState.SIGNED_OUT: "is signed out",
        NurseState.NOT_READY: f"is not ready{reason}",
        NurseState.RINGING: "is being rung for another caller",
        NurseState.TALKING: "is talking",
        NurseState.WRAP_UP: "is in wrap-up",
    }
    if nurse.state is not NurseState.READY:
        return doing[nurse.state]
    if not nurse.reachable:
        return "has no registered phone"
    return "uses her phone for something else" if nurse.busy else ""


def _nurse(site: Site, text: str) -> SiteNurse:
    for nurse in site.nurses:
        if nurse.id == text:
            return nurse
    raise ValueError(
        f"this site has no such nurse; its nurses: {', '.join(n.id for n in site.nurses)}"
    )


def _language(site: Site, text: str) -> Language:
    known = [choice.language for choice in site.choices]
    if text not in known:
        raise ValueError(f"--language: one of {', '.join(known)}")
    return Language(text)


def _entry(site: Site, text: str) -> str:
    if text and text not in site.entry_points:
        raise ValueError(f"--entry: one of {', '.join(site.entry_points)}")
    return text or next(iter(site.entry_points))
