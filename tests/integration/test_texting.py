"""Texting: the official client, a carrier with bad days, a real Redis; no text is sent twice."""

import urllib.parse
import urllib.request
from typing import Any

import pytest

from callbacks.callback import TextKind
from callcenter.settings import TwilioAccount
from callcenter.worker.carrier import Carrier, NotTaken, Refused, Unsure
from callcenter.worker.note import Notes
from callcenter.worker.replies import Reading, replies_key
from callcenter.worker.texting import words
from tests.integration.fake_twilio import ACCOUNT, OURS, SECRET, Day, FakeTwilio
from tests.integration.office import NUMBER, Office, until
from tests.integration.prism import needed

pytestmark = pytest.mark.integration
BOOKED = TextKind.BOOKED


def tries(office: Office, owed: int, *, most: int = 9) -> list[str]:
    """What each try came to, until one settles it."""
    found: list[str] = []
    sender = office.texting()
    while len(found) < most:
        found.append(sender.send("cb-1", BOOKED, owed))
        if found[-1] != "later":
            break
    return found


def test_a_text_that_is_owed_is_sent_once_and_the_ledger_knows(office: Office) -> None:
    owed = office.books("cb-1").owed
    assert tries(office, owed) == ["sent"]
    until(lambda: office.outcome("cb-1") == "sent", 10, "the ledger does not know")
    (text,) = office.fake.sent
    assert (text.to, text.from_) == (NUMBER, OURS)
    assert text.body.startswith("1177: Vi ringer dig ")
    assert office.texting().send("cb-1", BOOKED, owed) == "settled"
    assert len(office.fake.sent) == 1


@pytest.mark.parametrize("day", [Day.BUSY, Day.BROKEN, Day.LOCKED, Day.CUT_BEFORE])
def test_what_was_not_taken_is_tried_again(office: Office, day: Day) -> None:
    office.fake.days = [day, day]
    assert tries(office, office.books("cb-1").owed) == ["later", "later", "sent"]
    assert len(office.fake.sent) == 1


@pytest.mark.parametrize("day", [Day.SILENT, Day.GARBLED, Day.CUT])
def test_what_was_taken_without_an_answer_is_not_sent_again(office: Office, day: Day) -> None:
    office.fake.days = [day]
    assert tries(office, office.books("cb-1").owed) == ["later", "sent"]
    assert len(office.fake.sent) == 1
    assert office.fake.asked == [f"POST {day}", "GET"]


def test_while_nobody_says_whether_it_was_taken_it_is_not_sent_again(office: Office) -> None:
    office.fake.days, office.fake.blind = [Day.SILENT], True
    assert tries(office, office.books("cb-1").owed) == ["later"] * 4 + ["failed"]
    assert len(office.fake.sent) == 1
    assert office.fake.asked.count("GET") == 4


def test_a_refused_text_has_failed_at_once(office: Office) -> None:
    office.fake.days = [Day.WRONG]
    assert tries(office, office.books("cb-1").owed) == ["failed"]
    until(lambda: office.outcome("cb-1") == "failed", 10, "the ledger does not know")


def test_there_is_an_end_of_tries(office: Office) -> None:
    office.fake.days = [Day.BUSY] * 20
    assert tries(office, office.books("cb-1").owed) == ["later"] * 3 + ["failed"]


def test_there_is_an_end_of_tries_that_were_killed_each_time(office: Office) -> None:
    owed = office.books("cb-1").owed
    notes = Notes(office.client, office.settings.shard)
    for _ in range(5):
        assert notes.begin(notes.key("cb-1", BOOKED, owed), 0) is not None
    assert tries(office, owed) == ["failed"]
    assert not office.fake.asked


def test_while_one_tries_nobody_else_does(office: Office) -> None:
    owed = office.books("cb-1").owed
    notes = Notes(office.client, office.settings.shard)
    assert notes.begin(notes.key("cb-1", BOOKED, owed), 60_000) is not None
    assert office.texting().send("cb-1", BOOKED, owed) == "busy"
    assert not office.fake.asked


def test_a_text_that_would_be_wrong_by_now_is_not_sent(office: Office) -> None:
    owed = office.books("cb-1").owed
    office.cancels("cb-1")
    assert tries(office, owed) == ["obsolete"]
    assert not office.fake.sent


def test_what_was_taken_before_a_crash_is_told_and_not_sent_again(office: Office) -> None:
    owed = office.books("cb-1").owed
    notes = Notes(office.client, office.settings.shard)
    notes.keep(notes.key("cb-1", BOOKED, owed), "sent", "SM1")
    assert tries(office, owed) == ["sent"]
    assert not office.fake.asked
    until(lambda: office.outcome("cb-1") == "sent", 10, "the ledger does not know")


def test_a_failure_of_our_own_ends_as_well_and_says_nothing_of_hers(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owed = office.books("cb-1").owed

    def broken(*_: object, **__: object) -> str:
        raise AssertionError(NUMBER)

    monkeypatch.setattr("callcenter.worker.texting.body", broken)
    assert tries(office, owed) == ["later"] * 3 + ["failed"]
    assert not office.fake.asked
    assert NUMBER not in caplog.text


def test_a_try_whose_lease_another_took_sends_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = office.books("cb-1").owed
    notes = Notes(office.client, office.settings.shard)
    key = notes.key("cb-1", BOOKED, owed)

    def slow(*given: Any, **rest: Any) -> str | None:
        office.client.hset(key, "until", 0)  # our lease is over
        assert notes.begin(key, 60_000) is not None
        return words(*given, **rest)

    monkeypatch.setattr("callcenter.worker.texting.words", slow)
    assert office.texting().send("cb-1", BOOKED, owed) == "busy"
    assert not office.fake.asked


def test_a_number_whose_key_is_destroyed_gets_no_text(office: Office) -> None:
    owed = office.books("cb-1").owed
    for key in (office.settings.data / "keys").glob("????-??-??.key"):
        key.unlink()
    assert tries(office, owed) == ["failed"]


@pytest.mark.parametrize("day", [day for day in Day if day is not Day.GOOD])
def test_no_failure_of_the_carriers_quotes_a_patient(fake: FakeTwilio, day: Day) -> None:
    fake.days = [day]
    with pytest.raises((Refused, NotTaken, Unsure)) as caught:
        Carrier(fake.account, 0.5).send(NUMBER, "words of ours")
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert NUMBER[1:] not in str(error)
    assert "words" not in str(error)


def test_a_carrier_that_is_not_there_has_taken_nothing(fake: FakeTwilio) -> None:
    account = fake.account
    fake.close()
    with pytest.raises(NotTaken):
        Carrier(account, 0.5).send(NUMBER, "words")


def test_a_carrier_whose_certificate_is_none_has_taken_nothing(fake: FakeTwilio) -> None:
    base = fake.base.replace("http:", "https:")
    account = TwilioAccount.of({"account": ACCOUNT, "secret": SECRET, "from": OURS, "base": base})
    with pytest.raises(NotTaken):
        Carrier(account, 2.0).send(NUMBER, "words")
    assert not fake.asked


# -- answers --------------------------------------------------------------------------


def read(office: Office, most: int = 500) -> int:
    return Reading(
        client=office.client,
        settings=office.settings,
        seal=office.seal,
        carrier=Carrier(office.fake.account, 1.0),
        most=most,
    ).read()


def texted(office: Office, name: str, number: str = NUMBER) -> None:
    """She has a callback, and was sent a message about it."""
    owed = office.books(name, number).owed
    assert office.texting().send(name, BOOKED, owed) == "sent"
    until(lambda: office.outcome(name) == "sent", 10, "the ledger does not know")


def became(office: Office, what: str) -> int:
    return int(office.client.hget(replies_key(office.settings), what) or 0)


def test_a_patient_cancels_by_her_answer(office: Office) -> None:
    texted(office, "cb-1")
    texted(office, "cb-2", "+46701740606")
    office.fake.receives(NUMBER, " Avboka! ")
    assert read(office) == 1
    until(lambda: not office.callback("cb-1").open, 10, "not cancelled")
    callback = office.callback("cb-1")
    assert (callback.state, callback.why) == ("cancelled", "reply")
    assert [text.kind for text in callback.texts] == [BOOKED, TextKind.CANCELLED]
    assert office.callback("cb-2").open
    assert became(office, "cancelled") == 1


def test_an_answer_counts_once(office: Office) -> None:
    texted(office, "cb-1")
    office.fake.receives(NUMBER, "avboka")
    assert read(office) == 1
    until(lambda: not office.callback("cb-1").open, 10, "not cancelled")
    texted(office, "cb-2")
    assert read(office) == 0
    assert office.callback("cb-2").open
    assert became(office, "cancelled") == 1


def test_an_answer_that_is_quicker_than_our_knowing_waits_for_it(office: Office) -> None:
    owed = office.books("cb-1").owed
    office.fake.receives(NUMBER, "avboka")
    assert read(office) == 0
    assert became(office, "unmatched") == 0
    assert office.texting().send("cb-1", BOOKED, owed) == "sent"
    until(lambda: office.outcome("cb-1") == "sent", 10, "the ledger does not know")
    assert read(office) == 1


def test_of_a_flood_of_answers_none_is_lost(office: Office) -> None:
    texted(office, "cb-1")
    office.fake.receives(NUMBER, "avboka", ago_s=100)
    for age in range(20):
        office.fake.receives("+46701740699", "hej", ago_s=95 - 4 * age)
    assert read(office, most=4) == 0
    since = office.client.hget(replies_key(office.settings), "since")
    office.fake.receives("+46701740699", "hej")
    assert [read(office, most=4) for _ in range(3)].count(1) == 1
    until(lambda: not office.callback("cb-1").open, 10, "not cancelled")
    assert int(office.client.hget(replies_key(office.settings), "since")) > int(since)
    read(office, most=50)
    assert became(office, "unread") == 21


@pytest.mark.parametrize("words", ["tack", "", "jag vill inte avboka utan ändra tiden", "🙂"])
def test_other_answers_cancel_nothing(office: Office, words: str) -> None:
    texted(office, "cb-1")
    office.fake.receives(NUMBER, words)
    assert read(office) == 0
    assert (became(office, "unread"), became(office, "unmatched")) == (1, 0)


def test_an_answer_from_an_unknown_number_cancels_nothing(office: Office) -> None:
    texted(office, "cb-1")
    office.fake.receives("+46701740699", "avboka")
    office.fake.receives("1177", "avboka")
    assert read(office) == 0
    assert became(office, "unmatched") == 2


# -- Twilio's own description ---------------------------------------------------------


def test_what_we_send_is_what_twilio_describes(described: str | None) -> None:
    account = TwilioAccount.of(
        {"account": ACCOUNT, "secret": SECRET, "from": OURS, "base": needed(described)}
    )
    carrier = Carrier(account)
    assert carrier.send(NUMBER, "1177: Vi ringer dig idag.").startswith(("SM", "MM"))
    assert carrier.find(NUMBER, lambda _words: False, 0) is None
    found, _ = carrier.replies(0, 2_000_000_000_000, 50)
    assert all(one.number for one in found)  # its example is what it is


def test_what_twilio_does_not_describe_is_noted_where_prism_sees_it(described: str | None) -> None:
    fake = FakeTwilio(described=needed(described))
    form = urllib.parse.urlencode({"From": OURS, "To": NUMBER, "Body": "1177"}).encode()
    request = urllib.request.Request(
        f"{fake.base}/2010-04-01/Accounts/notasid/Messages.json",
        data=form,
        headers={"Authorization": "Basic eDp5"},
    )
    urllib.request.urlopen(request).close()
    fake.close()
    (refused,) = fake.undescribed
    assert refused.startswith("POST 4")
