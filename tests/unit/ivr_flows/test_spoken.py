"""Items of speech: what becomes of each when it is known who listens."""

from ivr_flows.facts import Facts
from ivr_flows.spoken import CALLER, Item, Message, Number, Prompt, speak
from ivr_flows.verbs import Play, Say, SayNumber, Speech, Whose

GREETING = Prompt(prompt="greeting-north", language=CALLER, languages=("sv", "en"))
FACTS = Facts(messages={"fi": "m-1/fi"})


def spoken(item: Item, language: str = "fi", values: dict[str, int] | None = None) -> list[Speech]:
    return speak((item,), FACTS, language, values or {}, interruptible=True)


def test_a_prompt_is_said_in_its_language_or_the_callers() -> None:
    assert spoken(Prompt(prompt="welcome", language=CALLER)) == [
        Say(prompt="welcome", language="fi", interruptible=True)
    ]
    assert spoken(Prompt(prompt="welcome", language="sv")) == [
        Say(prompt="welcome", language="sv", interruptible=True)
    ]


def test_values_are_given_in_the_catalogs_order_and_all_of_them() -> None:
    item = Prompt(prompt="wait-range", language="sv", parameters=("low", "high"))

    assert spoken(item, values={"high": 15, "low": 10, "place": 3}) == [
        Say(prompt="wait-range", language="sv", arguments=(10, 15), interruptible=True)
    ]
    assert spoken(item, values={"high": 15}) == []


def test_a_prompt_of_some_languages_has_a_stand_in_in_the_others_or_none() -> None:
    other = Prompt(prompt="greeting-north", language=CALLER, languages=("sv",), instead="welcome")

    assert [verb.prompt for verb in spoken(GREETING, "en") if isinstance(verb, Say)] == [
        "greeting-north"
    ]
    assert spoken(GREETING, "fi") == []
    assert spoken(other, "fi") == [Say(prompt="welcome", language="fi", interruptible=True)]


def test_a_number_is_spoken_without_being_known() -> None:
    assert spoken(Number(whose=Whose.TYPED, language=CALLER)) == [
        SayNumber(whose=Whose.TYPED, language="fi", interruptible=True)
    ]


def test_a_message_is_played_in_the_language_for_which_it_is_in_force() -> None:
    assert spoken(Message(language=CALLER)) == [Play(sound="m-1/fi", interruptible=True)]
    assert spoken(Message(language="sv")) == []
