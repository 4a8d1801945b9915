"""A supervisor's message by phone: who may, what becomes of it, and what is said of it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis.exceptions import ConnectionError as RedisGone

from callcenter.acd.events import AnyEvent, MessageEnded, MessageSet
from callcenter.acd.ids import EntryId
from callcenter.asterisk.agi.errors import Hangup
from callcenter.asterisk.message_codes import LASTS, PATH, MessageCodes
from callcenter.asterisk.message_pin import set_pin
from callcenter.journal.entry import Entry
from callcenter.settings import ROOT, Settings
from callcenter.site import load_site
from callcenter.speech.level import measure
from callcenter.speech.sounds import Sounds, messages
from callcenter.speech.studio import Studio
from tests.unit.asterisk.message_phone import MessagePhone

pytestmark = pytest.mark.integration

SITE = load_site(ROOT / "deploy" / "site" / "demo.yaml")
ENTRIES = list(SITE.entry_points)
PIN = "482915"
NOW = 1_790_000_000_000
HOUR_S = 3600.0


class Journal:
    """What of a journal is used, in memory; its router takes everything, nothing, or is gone."""

    def __init__(self, *, takes: bool = True, gone: bool = False) -> None:
        self.events: list[AnyEvent] = []
        self._takes = takes
        self._gone = gone

    def newest(self, _count: int) -> list[Entry]:
        if self._gone:
            raise RedisGone("no Redis")
        return [Entry(id=EntryId(f"{NOW}-0"), data=b"")]

    def append(self, event: AnyEvent) -> EntryId:
        self.events.append(event)
        return EntryId(f"{NOW}-{len(self.events)}")

    def position(self) -> EntryId:
        return EntryId(f"{NOW + 1 if self._takes else NOW - 1}-0")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "programs").symlink_to(Settings.from_environment().programs)
    settings = Settings(home=tmp_path)
    for choice in SITE.choices:
        folder = settings.prompts / choice.language
        folder.mkdir(parents=True)
        (folder / "menu-choice.wav").touch()
    set_pin(settings.data, PIN)
    return settings


@pytest.fixture
def voice(settings: Settings, tmp_path: Path) -> Path:
    """What somebody says: two seconds, softly."""
    path = tmp_path / "voice.wav"
    form = ["-n", "-r", "8000", "-c", "1", "-b", "16"]
    Studio(settings).sox(*form, str(path), "synth", "2", "sine", "500", "gain", "-20")
    return path


@pytest.fixture
def silence(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "silence.wav"
    form = ["-n", "-r", "8000", "-c", "1", "-b", "16"]
    Studio(settings).sox(*form, str(path), "trim", "0", "2")
    return path


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def journal() -> Journal:
    return Journal()


Codes = Callable[..., MessageCodes]


@pytest.fixture
def codes(settings: Settings, clock: list[float], journal: Journal) -> Codes:
    def make(of: Any = journal) -> MessageCodes:
        return MessageCodes(settings, SITE, lambda: of, lambda: clock[0])

    return make


Dial = Callable[..., MessagePhone]


@pytest.fixture
def dial(voice: Path) -> Iterator[Dial]:
    phones: list[MessagePhone] = []

    def make(
        served: MessageCodes,
        nurse: str = "n001",
        speaks: list[Path] | None = None,
        leaves_at: str = "",
        **keys: list[str],
    ) -> MessagePhone:
        typed = {
            "nurse-message-pin": keys.get("pin", [PIN]),
            "nurse-message-entry": keys.get("entry", ["1"]),
            "menu": keys.get("menu", ["5"]),
            "nurse-message-confirm": keys.get("confirm", ["1"]),
            "playback": keys.get("playback", [""]),
        }
        phone = MessagePhone(nurse, typed, speaks or [voice], leaves_at=leaves_at)
        phones.append(phone)
        with suppress(Hangup):
            served.serve(phone.session, PATH)
        return phone

    yield make
    for phone in phones:
        phone.close()


def test_a_message_is_in_force_for_four_hours_before_it_is_said_to_be(
    settings: Settings, codes: Codes, dial: Dial, journal: Journal
) -> None:
    phone = dial(codes())

    (event,) = journal.events
    assert isinstance(event, MessageSet)
    assert (event.entry_point, event.language, event.until) == (ENTRIES[0], "so", NOW + LASTS)
    assert (event.text, event.actor) == ("", "phone:n001")
    path = Sounds(settings).message(event.sound)
    assert path is not None
    assert measure(path.with_name("so.wav")) == pytest.approx((2.2, -20), abs=0.5)
    assert phone.heard[-1] == "sv/nurse-message-kept"
    assert phone.variables["CC_OK"] == "1"


def test_what_is_played_back_is_what_callers_will_hear(codes: Codes, dial: Dial) -> None:
    phone = dial(codes())
    assert [path.name for path in phone.played] == ["tone", "so"]


def test_every_entry_point_has_its_number_and_zero_means_all(
    codes: Codes, dial: Dial, journal: Journal
) -> None:
    served = codes()
    for number in range(len(ENTRIES) + 1):
        dial(served, entry=[str(number)])

    assert [getattr(event, "entry_point", "") for event in journal.events] == [None, *ENTRIES]


def test_the_language_is_asked_in_each_language_and_chosen_by_its_key(
    codes: Codes, dial: Dial, journal: Journal
) -> None:
    for choice in SITE.choices:
        phone = dial(codes(), menu=[choice.key])
        menu = [heard for heard in phone.heard if heard.endswith("/menu-choice")]
        assert menu == [f"{each.language}/menu-choice" for each in SITE.choices]
    languages = [getattr(event, "language", "") for event in journal.events]
    assert languages == [choice.language for choice in SITE.choices]


def test_it_is_recorded_again_until_it_is_good(
    codes: Codes, dial: Dial, journal: Journal, voice: Path
) -> None:
    phone = dial(codes(), confirm=["2", "2", "1"])

    assert phone.heard.count("sv/nurse-message-speak") == 3
    assert len(journal.events) == 1


@pytest.mark.parametrize("confirm", [["3"], ["7", "8", "9"], []])
def test_dropped_or_not_judged_nothing_is_left_of_it(
    settings: Settings, codes: Codes, dial: Dial, journal: Journal, confirm: list[str]
) -> None:
    phone = dial(codes(), confirm=confirm)

    assert journal.events == []
    assert list(messages(settings).iterdir()) == []
    assert phone.heard[-1] == "sv/nurse-message-dropped"


def test_a_key_during_the_playback_is_an_answer(codes: Codes, dial: Dial, journal: Journal) -> None:
    phone = dial(codes(), playback=["1"], confirm=[])

    assert len(journal.events) == 1
    assert "sv/nurse-message-confirm" not in phone.heard


def test_silence_is_recorded_again_and_never_kept(
    settings: Settings, codes: Codes, dial: Dial, journal: Journal, silence: Path
) -> None:
    phone = dial(codes(), speaks=[silence])

    assert journal.events == []
    assert phone.heard.count("sv/nurse-message-speak") == 5
    assert list(messages(settings).iterdir()) == []


def test_whoever_hangs_up_before_the_end_leaves_nothing(
    settings: Settings, codes: Codes, dial: Dial, journal: Journal
) -> None:
    phone = dial(codes(), leaves_at="nurse-message-confirm")

    assert "CC_OK" not in phone.variables
    assert journal.events == []
    assert list(messages(settings).iterdir()) == []


def test_a_message_that_no_router_takes_is_refused_and_ended(
    codes: Codes, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.asterisk.message_codes._PUBLISHED_WITHIN_S", 0.1)
    stuck = Journal(takes=False)
    phone = dial(codes(stuck))

    assert phone.heard[-1] == "sv/nurse-message-refused"
    said, ended = stuck.events
    assert isinstance(said, MessageSet)
    assert isinstance(ended, MessageEnded)
    assert ended.id == said.id


def test_without_redis_it_is_refused(codes: Codes, dial: Dial) -> None:
    phone = dial(codes(Journal(gone=True)))
    assert phone.heard[-1] == "sv/nurse-message-refused"
    assert phone.variables["CC_OK"] == "1"


def test_nobody_gets_past_a_wrong_pin_and_none_of_it_is_logged(
    codes: Codes, dial: Dial, journal: Journal
) -> None:
    with structlog.testing.capture_logs() as logged:
        phone = dial(codes(), pin=["111222", "482914", "48291"])

    assert phone.heard == ["sv/nurse-message-pin"] * 3 + ["sv/nurse-message-refused"]
    assert journal.events == []
    assert logged
    for typed in ("111222", "482914", "48291"):
        assert typed not in str(logged)


def test_three_tries_are_enough_for_one_slip(codes: Codes, dial: Dial, journal: Journal) -> None:
    dial(codes(), pin=["111222", "", PIN])
    assert len(journal.events) == 1


def test_a_phone_that_was_wrong_five_times_is_refused_for_an_hour_and_no_other(
    codes: Codes, dial: Dial, journal: Journal, clock: list[float]
) -> None:
    served = codes()
    dial(served, pin=["111222"] * 3)
    dial(served, pin=["111222"] * 2)

    dial(served)
    assert journal.events == []
    dial(served, "n002")
    assert len(journal.events) == 1
    clock[0] += HOUR_S - 1
    dial(served)
    assert len(journal.events) == 1
    clock[0] += 1
    dial(served)
    assert len(journal.events) == 2


@pytest.mark.parametrize("nurse", ["n999", "", "+46701740605"])
def test_only_a_nurses_phone_may(codes: Codes, dial: Dial, journal: Journal, nurse: str) -> None:
    phone = dial(codes(), nurse)
    assert phone.heard == ["sv/nurse-message-refused"]
    assert journal.events == []


def test_without_a_pin_nobody_may(
    settings: Settings, codes: Codes, dial: Dial, journal: Journal
) -> None:
    (settings.data / "message-pin.json").unlink()
    phone = dial(codes())
    assert phone.heard == ["sv/nurse-message-refused"]


def test_a_damaged_pin_is_no_open_door(settings: Settings, codes: Codes, dial: Dial) -> None:
    (settings.data / "message-pin.json").write_text("{")
    phone = dial(codes())
    assert phone.heard == ["sv/nurse-message-pin", "sv/nurse-message-refused"]


@pytest.mark.parametrize("typed", [["99", "98", "97"], ["*", "#", "A"], []])
def test_an_entry_point_that_is_none_is_asked_for_three_times(
    codes: Codes, dial: Dial, journal: Journal, typed: list[str]
) -> None:
    phone = dial(codes(), entry=typed)
    assert phone.heard.count("sv/nurse-message-entry") == 3
    assert phone.heard[-1] == "sv/nurse-message-refused"
    assert journal.events == []
