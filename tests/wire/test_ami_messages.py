"""Events, answers and actions: values by name, and never a value in print."""

from callcenter.asterisk.ami.messages import Action, Event, Response

EVENT = Event(
    "Newchannel",
    {
        "Channel": "PJSIP/a-1",
        "CallerIDNum": "0700000000",
        "ChanVariable": ["CC_CONTACT=c1", "CC_NOTE=a=b", "CC_EMPTY="],
        "DestChanVariable": "CC_OFFER=o1",
    },
)


def test_get_gives_the_first_value_and_a_default() -> None:
    assert EVENT.get("Channel") == "PJSIP/a-1"
    assert EVENT.get("ChanVariable") == "CC_CONTACT=c1"
    assert EVENT.get("Absent") == ""
    assert EVENT.get("Absent", "x") == "x"
    assert EVENT.get_all("Channel") == ["PJSIP/a-1"]
    assert EVENT["Channel"] == "PJSIP/a-1"
    assert EVENT.headers["DestChanVariable"] == "CC_OFFER=o1"


def test_variables_are_read_per_leg() -> None:
    assert EVENT.variables() == {"CC_CONTACT": "c1", "CC_NOTE": "a=b", "CC_EMPTY": ""}
    assert EVENT.variables("Dest") == {"CC_OFFER": "o1"}
    assert Event("Hangup", {}).variables() == {}


def test_nothing_shows_a_value_when_printed() -> None:
    things = [
        EVENT,
        Response("Error", {"Message": "0700000000"}),
        Action("Originate", {"CallerID": "0700000000"}, {"X": "0700000000"}),
    ]
    for thing in things:
        assert "0700000000" not in f"{thing} {thing!r}"


def test_an_answer_says_whether_it_went_well_and_whether_a_list_follows() -> None:
    assert Response("Success", {"EventList": "start"}).starts_list
    assert Response("Success", {}).ok
    assert not Response("Error", {"Message": "No such channel"}).ok
    assert Response("Error", {"Message": "No such channel"}).message == "No such channel"


def test_variables_are_given_as_they_were_set_not_as_asterisk_escapes_them() -> None:
    event = Event("Hangup", {"ChanVariable": 'A=q\\"uo\\\\te\\n'})
    assert event.variables() == {"A": 'q"uo\\te\n'}


def test_a_user_event_s_own_header_comes_after_the_channel_s_of_that_name() -> None:
    event = Event("UserEvent", {"Language": ["en", "sv"]})
    assert event.get("Language") == "en"
    assert event.get_all("Language") == ["en", "sv"]
