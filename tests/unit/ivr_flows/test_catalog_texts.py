"""Catalog texts: what callers hear, word by word where grammar is easily wrong."""

import unicodedata

import pytest

from callcenter.asterisk.message_codes import LASTS
from ivr_flows.prompts import load_catalog

TEXTS = load_catalog()
# Digits follow, one by one; or it is one of them.
UNFINISHED = {"keep-number": ":", "relay-text": ":", "digit": "", "digit-plus": ""}
EMERGENCY_NUMBER = {
    "sv": "ett ett två",
    "fi": "yksi yksi kaksi",
    "en": "one one two",
    "ar": "وَاحِدْ وَاحِدْ اِثْنَيْنْ",
    "so": "kow, kow, laba",
}
# After these the caller is alone with the illness: told to hang up, or nobody answers soon.
STANDS_ALONE = (
    "emergency",
    "red-flag-112",
    "reminder-112",
    "keep-kept",
    "dismissed",
    "closed-callback",
    "surge-crisis",
    "fallback-wait",
)


@pytest.mark.parametrize("language", TEXTS.languages)
def test_every_sound_is_words_alone_to_its_end(language: str) -> None:
    for sound in TEXTS.sounds(language):
        text = TEXTS.text(language, sound.prompt, sound.arguments)

        assert text.endswith(UNFINISHED.get(sound.prompt, ".")), sound.id
        assert not any(character.isnumeric() for character in text), sound.id
        assert not set(text) & set("{}<>|@$\n\t"), sound.id
        # No marks of direction or isolation, no control characters: voices trip over them.
        assert not any(unicodedata.category(each)[0] == "C" for each in text), sound.id
        assert "  " not in text, sound.id
        assert " ." not in text, sound.id
        assert text == text.strip(), sound.id


@pytest.mark.parametrize("language", TEXTS.languages)
def test_sentences_begin_with_a_capital_and_are_short(language: str) -> None:
    for sound in TEXTS.sounds(language):
        text = TEXTS.text(language, sound.prompt, sound.arguments)
        for sentence in text.replace("?", ".").replace(":", ".").split("."):
            words = sentence.split()
            assert len(words) <= 25, sound.id
            if (
                words
                and sound.prompt not in ("digit", "digit-plus", "self-care")
                and language != "ar"
            ):
                assert words[0][0].isupper(), sound.id


@pytest.mark.parametrize("language", TEXTS.languages)
@pytest.mark.parametrize("prompt", STANDS_ALONE)
def test_whoever_is_left_alone_hears_the_emergency_number(language: str, prompt: str) -> None:
    assert EMERGENCY_NUMBER[language] in TEXTS.text(language, prompt)


def test_arabic_is_vowelled_in_every_sound() -> None:
    for sound in TEXTS.sounds("ar"):
        text = TEXTS.text("ar", sound.prompt, sound.arguments)
        letters = sum("ء" <= c <= "ي" for c in text)
        marks = sum("\u064b" <= c <= "\u0652" for c in text)
        assert marks > 0.5 * letters, sound.id
        assert not any(c.isascii() and c.isalpha() for c in text), sound.id


def test_no_text_is_left_in_the_words_of_another_language() -> None:
    for sound in TEXTS.sounds("en"):
        said = [TEXTS.text(tongue, sound.prompt, sound.arguments) for tongue in TEXTS.languages]
        if sound.prompt != "digit-plus":
            assert len(set(said)) == len(said), sound.id


def test_the_recording_of_a_message_lasts_as_long_as_is_promised() -> None:
    assert "fyra timmar" in TEXTS.text("sv", "nurse-message-kept")
    assert LASTS == 4 * 3_600_000


GOLDEN = {
    "sv": {
        ("place", 1): "Du är först i kön.",
        ("place", 7): "Du är nummer sju i kön.",
        ("place", 21): "Du är nummer tjugoett i kön.",
        ("wait-up-to", 1): "Väntan är upp till en minut.",
        ("wait-up-to", 5): "Väntan är upp till fem minuter.",
        ("wait-up-to", 60): "Väntan är upp till en timme.",
        ("wait-up-to", 90): "Väntan är upp till en och en halv timme.",
        ("wait-up-to", 120): "Väntan är upp till två timmar.",
        ("wait-up-to", 180): "Väntan är upp till tre timmar.",
        ("wait-range", 1, 2): "Väntan är ungefär en till två minuter.",
        ("wait-range", 5, 10): "Väntan är ungefär fem till tio minuter.",
        ("wait-range", 45, 60): "Väntan är ungefär fyrtiofem minuter till en timme.",
        ("wait-range", 45, 90): "Väntan är ungefär fyrtiofem minuter till en och en halv timme.",
        ("wait-range", 60, 90): "Väntan är ungefär en till en och en halv timme.",
        ("wait-range", 90, 180): "Väntan är ungefär en och en halv till tre timmar.",
        ("opens-weekday", 1): "Linjen öppnar på måndag.",
        ("opens-hour", 0): "Vid midnatt.",
        ("opens-hour", 13): "Klockan ett på eftermiddagen.",
        ("digit", 0): "noll",
    },
    "en": {
        ("place", 1): "You are first in the queue.",
        ("place", 12): "You are number twelve in the queue.",
        ("wait-up-to", 1): "The wait is up to one minute.",
        ("wait-up-to", 45): "The wait is up to forty-five minutes.",
        ("wait-up-to", 60): "The wait is up to one hour.",
        ("wait-up-to", 90): "The wait is up to one and a half hours.",
        ("wait-range", 5, 10): "The wait is about five to ten minutes.",
        ("wait-range", 30, 120): "The wait is about thirty minutes to two hours.",
        ("wait-range", 60, 180): "The wait is about one to three hours.",
        ("opens-weekday", 7): "The line opens on Sunday.",
        ("opens-hour", 8): "At eight in the morning.",
    },
    # From (elative) ... to (illative); after "at most" one in the nominative, more with the
    # partitive.
    "fi": {
        ("place", 1): "Olet jonossa ensimmäisenä.",
        ("place", 7): "Olet jonossa sijalla seitsemän.",
        ("wait-range", 1, 2): "Odotusaika on noin yhdestä kahteen minuuttiin.",
        ("wait-range", 5, 10): "Odotusaika on noin viidestä kymmeneen minuuttiin.",
        ("wait-range", 15, 45): (
            "Odotusaika on noin viidestätoista neljäänkymmeneenviiteen minuuttiin."
        ),
        ("wait-range", 20, 60): "Odotusaika on noin kahdestakymmenestä minuutista yhteen tuntiin.",
        ("wait-range", 60, 90): "Odotusaika on noin yhdestä puoleentoista tuntiin.",
        ("wait-range", 90, 120): "Odotusaika on noin puolestatoista kahteen tuntiin.",
        ("wait-up-to", 1): "Odotusaika on enintään yksi minuutti.",
        ("wait-up-to", 8): "Odotusaika on enintään kahdeksan minuuttia.",
        ("wait-up-to", 60): "Odotusaika on enintään yksi tunti.",
        ("wait-up-to", 90): "Odotusaika on enintään puolitoista tuntia.",
        ("opens-weekday", 3): "Linja avataan keskiviikkona.",
    },
    # One and two are in the noun; three to ten with the plural in the genitive, and without
    # the ending -a, for a minute is feminine; eleven and more with the singular in the
    # accusative, and -a on the ten of the teens.
    "ar": {
        ("place", 1): "أَنْتَ الْأَوَّلُ فِي الدَّوْرِ.",
        ("place", 7): "رَقْمُكَ فِي الدَّوْرِ سَبْعَة.",
        ("place", 22): "رَقْمُكَ فِي الدَّوْرِ اِثْنَانِ وَعِشْرُونْ.",
        ("wait-up-to", 1): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى دَقِيقَةٍ وَاحِدَةٍ.",
        ("wait-up-to", 2): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى دَقِيقَتَيْنِ.",
        ("wait-up-to", 3): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى ثَلَاثِ دَقَائِقَ.",
        ("wait-up-to", 10): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى عَشْرِ دَقَائِقَ.",
        ("wait-up-to", 15): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى خَمْسَ عَشْرَةَ دَقِيقَةً.",
        ("wait-up-to", 45): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى خَمْسٍ وَأَرْبَعِينَ دَقِيقَةً.",
        ("wait-up-to", 60): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى سَاعَةٍ وَاحِدَةٍ.",
        ("wait-up-to", 90): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى سَاعَةٍ وَنِصْفٍ.",
        ("wait-up-to", 120): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى سَاعَتَيْنِ.",
        ("wait-up-to", 180): "قَدْ تَنْتَظِرُ مَا يَصِلُ إِلَى ثَلَاثِ سَاعَاتٍ.",
        ("wait-range", 1, 2): ("سَوْفَ تَنْتَظِرُ تَقْرِيبًا مِنْ دَقِيقَةٍ وَاحِدَةٍ إِلَى دَقِيقَتَيْنِ."),
        ("wait-range", 8, 20): ("سَوْفَ تَنْتَظِرُ تَقْرِيبًا مِنْ ثَمَانِي دَقَائِقَ إِلَى عِشْرِينَ دَقِيقَةً."),
        ("wait-range", 30, 120): ("سَوْفَ تَنْتَظِرُ تَقْرِيبًا مِنْ ثَلَاثِينَ دَقِيقَةً إِلَى سَاعَتَيْنِ."),
        ("opens-hour", 11): "فِي السَّاعَةِ الْحَادِيَةَ عَشْرَةَ صَبَاحًا.",
    },
    # "iyo" (and) joins a number, "ilaa" (to) a range: "shan iyo toban" is fifteen.
    "so": {
        ("place", 1): "Safka waxaad ka tahay qofka kowaad.",
        ("place", 7): "Safka waxaad ka tahay qofka toddobaad.",
        ("place", 25): "Safka waxaad ka tahay qofka shan iyo labaatanaad.",
        ("wait-up-to", 1): "Sugitaanku wuxuu gaari karaa hal daqiiqo.",
        ("wait-up-to", 15): "Sugitaanku wuxuu gaari karaa shan iyo toban daqiiqo.",
        ("wait-up-to", 120): "Sugitaanku wuxuu gaari karaa laba saacadood.",
        ("wait-range", 5, 10): "Sugitaanku waa qiyaastii shan ilaa toban daqiiqo.",
        ("wait-range", 15, 60): "Sugitaanku waa qiyaastii shan iyo toban daqiiqo ilaa hal saac.",
        ("wait-range", 60, 90): "Sugitaanku waa qiyaastii hal saac ilaa hal saac iyo bar.",
    },
}
CASES = [
    (language, str(key[0]), key[1:], text)
    for language, texts in GOLDEN.items()
    for key, text in texts.items()
]


@pytest.mark.parametrize(("language", "prompt", "arguments", "text"), CASES)
def test_numbers_have_the_right_grammar(
    language: str, prompt: str, arguments: tuple[int, ...], text: str
) -> None:
    assert TEXTS.text(language, prompt, arguments) == text


def test_arabic_counts_three_to_ten_with_the_plural_and_the_rest_with_the_singular() -> None:
    for (high,) in [
        sound.arguments for sound in TEXTS.sounds("ar") if sound.prompt == "wait-up-to"
    ]:
        text = TEXTS.text("ar", "wait-up-to", (high,))
        if 3 <= high <= 10:
            assert "دَقَائِقَ" in text
        elif 11 <= high < 60:
            assert "دَقِيقَةً" in text
        else:
            assert "دَقَائِقَ" not in text
            assert "دَقِيقَةً" not in text
