"""Saved: the board's records as a snapshot keeps them."""

import msgspec
from msgspec.structs import replace

from callbacks.ledger import Saved as SavedLedger
from callcenter.acd.calibration import Calibration
from callcenter.acd.contact import Contact
from callcenter.acd.debts import Owed
from callcenter.acd.demand import Demand
from callcenter.acd.handle_times import HandleTimes
from callcenter.acd.ids import ContactId, Millis, NurseId
from callcenter.acd.messages import Message
from callcenter.acd.node import Node
from callcenter.acd.nurse import Nurse
from callcenter.acd.policy import Policy
from callcenter.acd.stats import SavedFigures, Tally
from callcenter.acd.surge import SurgeState
from callcenter.acd.survey import Scores
from language_routing.skills import Level, Skills


class Saved(msgspec.Struct, kw_only=True):
    """The state as a snapshot keeps it. Fields with a default came with later versions."""

    policy: Policy | None
    contacts: list[Contact]
    nurses: list[Nurse]
    nodes: list[Node]
    ended: dict[ContactId, Millis]
    owed: list[Owed]
    sequence: int
    tallies: list[Tally] = []  # of version 2 and older
    figures: SavedFigures | None = None
    handle_times: HandleTimes | None = None
    calibration: Calibration | None = None
    demand: Demand | None = None
    last_nurse: dict[str, tuple[NurseId, Millis]] = {}
    surge: SurgeState = SurgeState()
    accounted: Millis = 0
    assessed: Millis = 0
    assess_at: Millis | None = None
    messages: list[Message] = []
    scores: list[Scores] = []
    ledger: SavedLedger | None = None


def with_skills(nurse: Nurse) -> Nurse:
    """A nurse of an older snapshot has languages only."""
    if nurse.skills.languages or not nurse.languages:
        return nurse
    fluent = tuple((language, Level.FLUENT) for language in nurse.languages)
    return replace(nurse, skills=Skills(languages=fluent))
