"""Voices: which synthetic voice speaks which language.

espeak-ng 1.51 speaks Swedish, Finnish, English and Arabic. Nothing that we found speaks
Somali; its prompts are stand-ins (see `ivr_flows.prompts`) until they are recorded.
"""

import re
from typing import Final

import msgspec


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """One espeak-ng voice.

    Attributes:
        name: What `espeak-ng -v` takes.
        words_per_minute: Speed; espeak-ng's own default is 175. Its Arabic is slower than that.
    """

    name: str
    words_per_minute: int


VOICES: Final = {
    "sv": Voice(name="sv", words_per_minute=160),
    "fi": Voice(name="fi", words_per_minute=160),
    "en": Voice(name="en-gb", words_per_minute=160),
    "ar": Voice(name="ar", words_per_minute=170),
}

# Arabic short vowels and nunation (U+064B-U+0650) before a shadda (U+0651).
_VOWEL_SHADDA: Final = re.compile("([\u064b-\u0650])\u0651")
# A ta marbuta that bears no vowel is at a pause, where it is an h (or nothing), and no t.
_PAUSED_TA_MARBUTA: Final = re.compile("\u0629(?![\u064b-\u0652])")
# The article before a silent alif: the vowel is the lam's, and espeak-ng looks for it behind.
_LAM_BEFORE_ALIF: Final = "\u0627\u0644\u0650\u0627"


def spelled_for_espeak(text: str) -> str:
    """`text` as espeak-ng reads it right.

    Unicode's normal forms put an Arabic vowel before the shadda on the same letter, and
    espeak-ng 1.52 drops a vowel that stands there ("mumarrd", not "mumarrid"); keyboards,
    and what it expects, put the shadda first.
    """
    text = _PAUSED_TA_MARBUTA.sub("\u0647", _VOWEL_SHADDA.sub("\u0651\\1", text))
    return text.replace(_LAM_BEFORE_ALIF, "\u0627\u0644\u0627\u0650")
