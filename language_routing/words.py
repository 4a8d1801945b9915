"""Words: languages, weekdays and spans of time as people read them."""

from typing import Final

from language_routing.languages import Language
from language_routing.skills import Level

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip

# English names of the languages that are common here; another one is shown by its tag.
_NAMES: Final = {
    "sv": "Swedish", "fi": "Finnish", "en": "English", "ar": "Arabic", "so": "Somali",
    "fa": "Persian", "prs": "Dari", "ti": "Tigrinya", "uk": "Ukrainian", "ru": "Russian",
    "pl": "Polish", "tr": "Turkish", "es": "Spanish", "fr": "French", "de": "German",
    "ku": "Kurdish", "ckb": "Sorani", "kmr": "Kurmanji", "am": "Amharic", "zh": "Chinese",
    "bs": "Bosnian", "hr": "Croatian", "sr": "Serbian", "sq": "Albanian", "rom": "Romani",
    "swl": "Swedish Sign Language", "se": "Northern Sami", "el": "Greek", "th": "Thai",
    "hu": "Hungarian", "ro": "Romanian", "uz": "Uzbek", "ur": "Urdu",
}  # fmt: skip

LEVEL_NAMES: Final = {
    Level.NATIVE: "native level",
    Level.FLUENT: "fluent level",
    Level.WORKING: "working level",
}


def name_of(language: Language) -> str:
    """`Somali` for `so`."""
    return _NAMES.get(language, str(language))


def span(length: int) -> str:
    """Milliseconds as `2 min 10 s`, `45 s`, `3 h 5 min`; less than a second is one."""
    seconds = max(1, -(-length // 1000))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h" + f" {minutes} min" * bool(minutes)
    if minutes:
        return f"{minutes} min" + f" {seconds} s" * bool(seconds)
    return f"{seconds} s"


def clock(minute: int) -> str:
    """A minute of the day as `08:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"
