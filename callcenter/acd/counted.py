"""Counted: what is counted of calls that are over, and learnt from them; a part of the board."""

from collections import OrderedDict

from callcenter.acd.calibration import Calibration
from callcenter.acd.contact import Contact, Outcome
from callcenter.acd.debts import owed_to
from callcenter.acd.demand import Demand
from callcenter.acd.handle_times import HandleTimes
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.promised import Promised
from callcenter.acd.stats import Figures, Tally
from callcenter.acd.survey import Survey


class Counted(Promised):
    """Counts, and what later decisions learn from them.

    Attributes:
        figures: What is counted, by language, class and half-hour.
        handle_times: How long nurses talk and wrap up, by language.
        calibration: How right the stated waits were.
        demand: Which languages are scarce.
        last_nurse: Which nurse a caller (by the keyed hash) had last, and when.
        survey: What callers have answered who were asked how it was.
    """

    nurses: dict[NurseId, Nurse]

    def __init__(self) -> None:
        super().__init__()
        self.figures = Figures()
        self.handle_times = HandleTimes()
        self.calibration = Calibration()
        self.demand = Demand()
        self.last_nurse: OrderedDict[str, tuple[NurseId, Millis]] = OrderedDict()
        self.survey = Survey()

    def tally(self, contact: Contact) -> Tally:
        """The counts of this contact's language, class and half-hour."""
        at = contact.arrived if contact.queued is None else contact.queued
        return self.figures.tally(contact.language, contact.priority_class, at)

    @property
    def tallies(self) -> list[Tally]:
        """Counts since the journal began, one for each language and class."""
        return self.figures.totals()

    def weigh_languages(self, now: Millis) -> None:
        """Find anew which languages are scarce."""
        assert self.policy is not None
        speakers = dict.fromkeys(self.policy.languages, 0)
        for nurse in self.nurses.values():
            if nurse.state is not NurseState.SIGNED_OUT:
                for language, _ in nurse.skills.languages:
                    if language in speakers:
                        speakers[language] += 1
        self.demand.weigh(speakers, now)
        self.reach.value(self.demand.worth)

    def weigh_nothing(self) -> None:
        """The site keeps nobody in reserve."""
        self.demand.worth = {}
        self.reach.value({})

    def account(self, now: Millis) -> None:
        """Count the time up to `now` in which nurses were free for callers who were kept back."""
        if self._kept_as and self.idle_mask:
            self._account(self.figures, now)
        else:
            self.accounted = now

    def _count_end(self, contact: Contact, outcome: Outcome, now: Millis) -> None:
        """The contact has ended so."""
        tally = self.tally(contact)
        match outcome:
            case Outcome.LEFT_IVR:
                tally.left_ivr += 1
            case Outcome.ABANDONED:
                self._abandoned(tally, contact, now)
                self.calibration.gave_up(contact.estimate, now)
            case Outcome.CUT_OFF:
                tally.cut_off += 1
                self._owe(contact, now)
            case Outcome.DISMISSED:
                tally.withdrawn += 1
                self._owe(contact, now)
            case Outcome.KEPT:
                tally.kept += 1
                self._owe(contact, now)
            case Outcome.TRANSFERRED:
                tally.transferred += 1
            case Outcome.ANSWERED:
                self._remember_nurse(contact, now)
            case Outcome.CALLED:
                pass  # the ledger counts

    def _owe(self, contact: Contact, now: Millis) -> None:
        debt = owed_to(contact, now)
        self.owed.add(debt)
        self.ring_back(debt, now)

    def _abandoned(self, tally: Tally, contact: Contact, now: Millis) -> None:
        short = self.policy.short_abandon if self.policy is not None else 0
        if now - (contact.arrived if contact.queued is None else contact.queued) < short:
            tally.abandoned_short += 1
            return
        tally.abandoned += 1
        if now <= contact.deadline:
            tally.abandoned_within += 1

    def _remember_nurse(self, contact: Contact, now: Millis) -> None:
        kept = self.policy.follow_me if self.policy is not None else 0
        if contact.caller is None or contact.served_by is None or not kept:
            return
        self.last_nurse.pop(contact.caller, None)
        self.last_nurse[contact.caller] = (contact.served_by, now)
        while self.last_nurse:
            oldest = next(iter(self.last_nurse))
            if now - self.last_nurse[oldest][1] <= kept:
                break
            del self.last_nurse[oldest]

    def _wrapped_up(self, nurse: Nurse, now: Millis) -> None:
        """Her after-call work is over: it is counted, and learnt from."""
        served = nurse.served
        assert served is not None  # the caller has looked
        tally = self.figures.tally(served.language, served.priority_class, served.at)
        tally.wraps += 1
        tally.wrap_sum += now - nurse.since
        if served.language is not None:
            self.handle_times.add(served.language, served.talked + now - nurse.since)
