"""`callcenter message`: what callers hear besides the prompts, for a while: typed, or by phone."""

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callcenter.accepted import site_in_force
from callcenter.acd.board import Board
from callcenter.acd.events import MessageEnded, MessageSet
from callcenter.acd.ids import Millis
from callcenter.acd.messages import Message
from callcenter.asterisk.message_pin import check_pin, has_pin, new_pin, set_pin
from callcenter.cli.actor import actor, follow, tell
from callcenter.people_time import STOCKHOLM, span
from callcenter.settings import Settings
from callcenter.site import Site
from callcenter.speech.messages import LONGEST, Draft, check_text, check_voice
from callcenter.speech.sounds import Sounds
from language_routing.languages import Language

_FOR: Final = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,5})m(?:in)?)?")
_DAY: Final = timedelta(days=1)


def register(app: typer.Typer) -> None:
    """Add `message` and its commands."""
    messages = typer.Typer(help="Spoken messages to callers: set, list, end, pin.")
    app.add_typer(messages, name="message", no_args_is_help=True)

    @messages.command("set")
    def _set(
        text: str,
        language: Annotated[str, typer.Option(help="Of the text and its callers, such as sv.")],
        until: Annotated[str, typer.Option(help="14:00, '2026-12-01 08:00', 2h or 30m.")],
        entry: Annotated[
            str | None, typer.Option(help="An entry point, such as public; without: all.")
        ] = None,
    ) -> None:
        """Speak a text to callers until then; it takes the place of an earlier one."""
        settings = Settings.from_environment()
        print(_speak(settings, text, language, until, entry))

    @messages.command("list")
    def _list(
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Every message in force."""
        settings = Settings.from_environment()
        follower = follow(settings)
        now = max(follower.shard.now, follower.journal.clock.now())
        found = in_force(follower.shard.board, now)
        if as_json:
            print(json.dumps([record(message) for message in found], indent=2))
        elif found:
            made = table(found, now, Sounds(settings))
            Console(width=None if sys.stdout.isatty() else 160).print(made)
        else:
            print("No message is in force.")

    @messages.command("end")
    def _end(message: Annotated[str, typer.Argument(metavar="ID")]) -> None:
        """Switch a message off now."""
        settings = Settings.from_environment()
        follower = follow(settings)
        now = max(follower.shard.now, follower.journal.clock.now())
        if all(found.id != message for found in in_force(follower.shard.board, now)):
            raise ValueError("no such message is in force; `callcenter message list` has them")
        tell(settings, MessageEnded(id=message, actor=actor()))
        print(f"{message}: ended")

    @messages.command("pin")
    def _pin(
        generate: Annotated[bool, typer.Option("--generate", help="Make one up.")] = False,
    ) -> None:
        """Set the PIN with which a message is recorded from a nurse's phone (*60)."""
        settings = Settings.from_environment()
        had = has_pin(settings.data)
        pin = new_pin() if generate else _typed_twice()
        set_pin(settings.data, pin)
        print(pin if generate else "The PIN is changed." if had else "The PIN is set.")
        print(by_phone(site_in_force(settings)), file=sys.stderr)


def check_place(site: Site, language: str, entry: str | None) -> None:
    """See that the site has that language and entry point.

    Raises:
        ValueError: It has not; the text says which it has.
    """
    known = [choice.language for choice in site.choices]
    if language not in known:
        raise ValueError(f"--language: this site has {', '.join(known)}")
    if entry is not None and entry not in site.entry_points:
        raise ValueError(f"--entry: this site has {', '.join(site.entry_points)}")


def end_of(until: str, now: Millis) -> Millis:
    """The instant that `until` means: a time of day is the next one, in Stockholm.

    Raises:
        ValueError: It means none, one that has been, or one more than a week away.
    """
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(STOCKHOLM)
    length = _FOR.fullmatch(until)
    if length is not None and until:
        days, hours, minutes = (int(part or 0) for part in length.groups())
        ends = now + ((days * 24 + hours) * 60 + minutes) * 60_000
    else:
        ends = _instant(until, local)
    if ends <= now:
        raise ValueError("--until: this is not in the future")
    if ends > now + LONGEST:
        raise ValueError("--until: a message ends within 7 days; set it again then")
    return ends


def _instant(until: str, local: datetime) -> Millis:
    for form in ("%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"):
        try:
            read = datetime.strptime(until.strip(), form).replace(tzinfo=STOCKHOLM)
        except ValueError:
            continue
        if form == "%H:%M":
            read = read.replace(year=local.year, month=local.month, day=local.day)
            if read <= local:
                read += _DAY  # local time: the same time of day, whatever the clocks do
        return _utc(read)
    raise ValueError("--until: give a time such as 14:00, '2026-12-01 08:00', 2h or 30m")


def _utc(local: datetime) -> Millis:
    """Unix milliseconds; of an hour that comes twice, the later one.

    Raises:
        ValueError: The clocks skip that time.
    """
    later = local.replace(fold=1)
    if later.astimezone(UTC).astimezone(STOCKHOLM).replace(fold=0) != local.replace(fold=0):
        raise ValueError("--until: the clocks skip that time; give another one")
    return int(later.timestamp() * 1000)


def in_force(board: Board, now: Millis) -> list[Message]:
    """The messages that callers hear now, the first to end first."""
    return sorted(
        (message for message in board.messages.values() if message.until > now),
        key=lambda message: (message.until, message.id),
    )


def table(found: list[Message], now: Millis, sounds: Sounds) -> Table:
    """What a person reads."""
    made = Table("id", "entry point", "language", "ends", "in", "set by", "says")
    for message in found:
        says = message.text or "(recorded by phone)"
        if sounds.message(message.sound) is None:
            says = f"ITS SOUND IS GONE: callers do not hear it. {says}"
        made.add_row(
            Text(message.id),
            Text(message.entry_point or "all"),
            Text(message.language or "all"),
            Text(day_time(message.until)),
            Text(span(message.until - now)),
            Text(message.actor),
            Text(says),
        )
    return made


def record(message: Message) -> dict[str, object]:
    """One message for a program; the time in UTC."""
    return {
        "id": message.id,
        "entry_point": message.entry_point,
        "language": message.language,
        "until": datetime.fromtimestamp(message.until / 1000, UTC).isoformat(),
        "text": message.text or None,
        "actor": message.actor,
    }


def by_phone(site: Site) -> str:
    """How a message is recorded by phone here: which key means which entry point."""
    keys = ", ".join(f"{key} {name}" for key, name in enumerate(site.entry_points, start=1))
    return f"From a nurse's phone: *60, the PIN and #; then 0 for all entry points, or {keys}."


def day_time(instant: Millis) -> str:
    """`Fri 27 Nov 07:00`, in Stockholm."""
    local = datetime.fromtimestamp(instant / 1000, UTC).astimezone(STOCKHOLM)
    return local.strftime("%a %d %b %H:%M")


def _speak(settings: Settings, text: str, language: str, until: str, entry: str | None) -> str:
    """Render and switch on; what was done."""
    spoken = check_text(text)
    check_place(site_in_force(settings), language, entry)
    check_voice(language)
    follower = follow(settings)
    now = max(follower.shard.now, follower.journal.clock.now())
    if not now:
        raise ValueError("the journal is empty: is `callcenter up` running?")
    ends = end_of(until, now)
    with Draft(settings, language) as draft:
        draft.speak(spoken)
        _, seconds = draft.finish()
        name, sound = draft.keep(now)
    asked = MessageSet(
        id=name, entry_point=entry, language=Language(language), until=ends,
        sound=sound, text=spoken, actor=actor(),
    )  # fmt: skip
    tell(settings, asked)
    where = entry or "every entry point"
    return f"{name}: {seconds:.0f} s in {language} at {where}, until {day_time(ends)}"


def _typed_twice() -> str:
    """A PIN that is good enough, typed twice and shown nowhere."""
    pin: str = typer.prompt("New PIN, 6 to 10 digits", hide_input=True)
    check_pin(pin)
    if typer.prompt("The same again", hide_input=True) != pin:
        raise ValueError("the two were not the same: nothing has changed")
    return pin
