"""Policy: how callbacks are made and kept. It enters the fold with the site's policy, whole."""

import msgspec

from language_routing.languages import Language


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """How many callbacks the forecast staffing can keep in a language, by half-hours of a day.

    Whole numbers, worked out when the site is read (`capacity`), so that the fold only compares.

    Attributes:
        days: For which days: 0 is Monday, 6 Sunday, 7 a public holiday.
        slots: 48, from local midnight.
    """

    language: Language
    days: tuple[int, ...]
    slots: tuple[int, ...]


class CallbackPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The site's rules about callbacks. Spans in milliseconds.

    Attributes:
        attempts: So often a patient's phone is rung before she counts as not reached.
        again_after: From a failed attempt to the next one.
        promise: A booked time is at most so long after the call, unless a reason is given.
        beyond: With a reason: at most so long.
        margin: So long before the promise ends a nurse should have it.
        ring: How long the patient's phone rings.
        preview: So long a nurse may look at it; then the patient is rung by itself.
        lead: The patient of a kept place is rung first when a nurse is about to be free so soon.
        ready_within: So long she may take to press 1.
        patient_first: Whether kept places may be rung before there is a nurse.
        nurse_first: Priority classes whose callers are never rung before there is a nurse.
        most_open: To one number there are at most so many open callbacks.
        after_talk: A nurse who talks to a patient with a booked callback has so long afterwards
            to say that it is done; then it stands as before.
        keep_ended: An ended callback is shown for so long.
        room: What can be promised; empty: nobody knows, and everything is taken.
        texts: Whether text messages are sent.
    """

    attempts: int = 3
    again_after: int = 600_000
    promise: int = 7_200_000
    beyond: int = 86_400_000
    margin: int = 600_000
    ring: int = 30_000
    preview: int = 20_000
    lead: int = 30_000
    ready_within: int = 15_000
    patient_first: bool = True
    nurse_first: tuple[str, ...] = ()
    most_open: int = 3
    after_talk: int = 180_000
    keep_ended: int = 86_400_000
    room: tuple[Room, ...] = ()
    texts: bool = False
