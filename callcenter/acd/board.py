"""Board: the ACD's whole state, and the only places where it is changed.

Records are frozen; `put_*` swaps one for another and keeps everything that is derived
from records (line, idle nurses, timers, what is due) in step. Nothing derived is saved:
`restore` makes it again from the records.
"""

import heapq
from collections import OrderedDict

import msgspec
from msgspec.structs import replace

from callbacks.ledger import Ledger
from callbacks.ledger import Saved as SavedLedger
from callcenter.acd.calibration import Calibration
from callcenter.acd.contact import Contact, ContactState, Dismissal, IllegalMove, Outcome
from callcenter.acd.debts import Debts, Owed, owed_to
from callcenter.acd.demand import Demand
from callcenter.acd.floor import DOUBT, GATEWAY, HELD
from callcenter.acd.handle_times import HandleTimes
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.messages import Message
from callcenter.acd.node import Node
from callcenter.acd.nurse import UNTOLD, Nurse, NurseState
from callcenter.acd.policy import Policy, SurgeLevel
from callcenter.acd.promised import Promised
from callcenter.acd.stats import Figures, SavedFigures, Tally
from callcenter.acd.surge import SurgeState
from callcenter.acd.survey import Scores, Survey
from callcenter.acd.timers import Timers
from language_routing.skills import Level, Skills

_REMEMBER_ENDED: Millis = 600_000  # late events of an ended call come within seconds


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


class Board(Promised):
    """Records, and what is derived from them.

    Attributes:
        last_nurse: Which nurse a caller (by the keyed hash) had last, and when.
        messages: What supervisors have switched on to be said, by id; only what is in force.
    """

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[ContactId, Contact] = {}
        self.nurses: dict[NurseId, Nurse] = {}
        self.nodes: dict[NodeId, Node] = {}
        # Ordered: the first of a plain dict is slow to find behind many that were removed.
        self.ended: OrderedDict[ContactId, Millis] = OrderedDict()
        self.sequence = 0
        self.figures = Figures()
        self.handle_times = HandleTimes()
        self.calibration = Calibration()
        self.demand = Demand()
        self.last_nurse: OrderedDict[str, tuple[NurseId, Millis]] = OrderedDict()
        self.surge = SurgeState()
        self.messages: dict[str, Message] = {}
        self.survey = Survey()
        self.assessed: Millis = 0  # when the surge was assessed
        self.assess_at: Millis | None = None  # when it must be, though nothing happens
        self._derive()

    def _derive(self) -> None:
        self._clear(self.demand.worth)
        self.offers: dict[OfferId, ContactId] = {}
        self.mirror_due: dict[NurseId, None] = {}
        self.withdraw_due: dict[ContactId, None] = {}
        self.dismiss_due: dict[ContactId, None] = {}
        self.leaving: dict[NurseId, None] = {}
        self.untold: dict[NurseId, None] = {}  # of whom the fallback queue could not be told
        self.look_up_due: dict[NodeId, None] = {}
        self.surge_news = True
        self.withdrawing: dict[str, ContactId] = {}
        self.dismissing: dict[str, ContactId] = {}
        self.mirroring: dict[str, NurseId] = {}
        self._derive_promised()
        self.timers: Timers[tuple[str, str]] = Timers(self._runs)
        # Apart from the timers: nobody needs a `Tick` in order to count.
        self.proofs: Timers[tuple[str, str]] = Timers(self._proves)
        self._arrivals: list[tuple[Millis, ContactId]] = []  # a heap; whoever left is still there
        self._hoping: dict[NurseId, dict[ContactId, None]] = {}  # who waits for whom

    # -- records ------------------------------------------------------------------

    def contact(self, contact: ContactId) -> Contact:
        """A contact that has not ended.

        Raises:
            IllegalMove: There is none: the event is late, or not meant for us.
        """
        try:
            return self.contacts[contact]
        except KeyError:
            raise IllegalMove("contact: unknown or ended") from None

    def nurse(self, nurse: NurseId) -> Nurse:
        """A nurse of this site.

        Raises:
            IllegalMove: The site has no such nurse.
        """
        try:
            return self.nurses[nurse]
        except KeyError:
            raise IllegalMove("nurse: not of this site") from None

    def put_contact(self, contact: Contact) -> None:
        """Add `contact`, or replace the record of the same id."""
        old = self.contacts.get(contact.id)
        self.contacts[contact.id] = contact
        state, before = contact.state, old.state if old is not None else None
        if contact.callback is not None:
            self._note_callback(old, contact)
        elif old is None:
            self._note_caller(contact)
        if state is ContactState.OFFERED or before is ContactState.OFFERED:
            self._note_offer(old, contact)
        if contact.dismissed is not None or (old is not None and old.dismiss is not None):
            self._note_dismissal(old, contact)
        if contact.unproven and (
            old is None
            or not old.unproven
            or old.since != contact.since
            or before is not state  # parted and connected again in one millisecond
        ):
            proof = self._proves(("proof", contact.id))
            if proof is not None:
                self.proofs.set(proof, ("proof", contact.id))
        if contact.backstop is not None and (old is None or old.backstop != contact.backstop):
            self.timers.set(contact.backstop, ("backstop", contact.id))
        if contact.ring_ends is not None and (old is None or old.ring_ends != contact.ring_ends):
            self.timers.set(contact.ring_ends, ("ring", contact.id))
        if state is ContactState.WAITING:
            self._stand(contact)
            newly = before is not ContactState.WAITING or (
                old is not None and old.dismissed is not None and contact.dismissed is None
            )
            if newly and not contact.absent and self.policy and self.policy.surge.steps:
                heapq.heappush(self._arrivals, (contact.arrived, contact.id))
                if len(self._arrivals) > 64 + 2 * len(self.contacts):
                    self._arrivals = sorted(
                        (c.arrived, c.id)
                        for c in self.contacts.values()
                        if c.state is ContactState.WAITING and not c.absent
                    )
        elif before is ContactState.WAITING:
            self._leave(contact)

    def _note_offer(self, old: Contact | None, contact: Contact) -> None:
        """What is known by the offer, and by the command that takes it back."""
        if old is not None and old.offer is not None and old.offer != contact.offer:
            self.offers.pop(old.offer, None)
        if old is not None and old.withdraw is not None:
            self.withdrawing.pop(old.withdraw, None)
        if contact.offer is not None and contact.state is ContactState.OFFERED:
            self.offers[contact.offer] = contact.id
        if contact.withdraw is not None:
            self.withdrawing[contact.withdraw] = contact.id
        self._note_withdrawal(contact.id)

    def _note_dismissal(self, old: Contact | None, contact: Contact) -> None:
        if old is not None and old.dismiss is not None:
            self.dismissing.pop(old.dismiss, None)
        if contact.dismiss is not None:
            self.dismissing[contact.dismiss] = contact.id

    def _stand(self, contact: Contact) -> None:
        """A contact that waits: in line, or kept back for a reason."""
        if contact.prefers is not None:
            self._hoping.setdefault(contact.prefers, {})[contact.id] = None
        if contact.language is None or contact.dismissed is not None:
            self._step_out(contact.id)
            if contact.dismissed in (None, Dismissal.KEPT) or contact.dismiss is not None:
                self.dismiss_due.pop(contact.id, None)
            elif (node := self.nodes.get(contact.node)) is not None and node.present:
                self.dismiss_due[contact.id] = None
            return
        need = self.need(contact)
        node = self.nodes.get(contact.node)
        if contact.doubt:
            self._stand_back(contact, need, DOUBT)
        elif node is None or not node.present:
            self._stand_back(contact, need, GATEWAY)
        elif contact.prefers is not None and self._held(contact, need):
            self._stand_back(contact, need, HELD)
        else:
            self._line_up(contact, need)

    def _leave(self, contact: Contact) -> None:
        self._step_out(contact.id)
        self.dismiss_due.pop(contact.id, None)
        if contact.prefers is not None:
            hoping = self._hoping.get(contact.prefers)
            if hoping is not None and hoping.pop(contact.id, 0) is None and not hoping:
                del self._hoping[contact.prefers]

    def _held(self, contact: Contact, need: int) -> bool:
        """Whether the caller's last nurse will be free in time, and can serve her."""
        nurse = self.nurses.get(contact.prefers) if contact.prefers is not None else None
        return (
            nurse is not None
            and nurse.in_rotation
            and (
                # Whoever wished for her waits for her, whatever she does, until `held_until`.
                (contact.callback is not None and contact.held_until > 0)
                if contact.absent
                else nurse.state is NurseState.WRAP_UP
                and nurse.wrap_up_ends is not None
                and nurse.wrap_up_ends <= contact.held_until
            )
            and not nurse.available
            and not nurse.busy
            and self.reach.ring(need, self.profile(nurse)) is not None
        )

    def put_nurse(self, nurse: Nurse) -> None:
        """Add `nurse`, or replace the record of the same id."""
        old = self.nurses.get(nurse.id)
        profile = self.profile(nurse)
        if old is not None:
            if old.mirroring is not None:
                self.mirroring.pop(old.mirroring, None)
            if old.since != nurse.since or old.state is not nurse.state:
                today = old.chosen or old.languages
                self.figures.staffed(today, old.state, old.since, nurse.since)
                if old.state is NurseState.WRAP_UP and old.served is not None:
                    self._wrapped_up(old, nurse.since)
        self.nurses[nurse.id] = nurse
        self._rotate(nurse, profile)
        if nurse.mirroring is not None:
            self.mirroring[nurse.mirroring] = nurse.id
        if not nurse.languages:
            self.leaving[nurse.id] = None  # the site no longer lists her
        elif self.leaving:
            self.leaving.pop(nurse.id, None)
        if nurse.available or nurse.id in self.idle:
            self._idle(nurse, profile)
        if nurse.wrap_up_ends is not None:
            self.timers.set(nurse.wrap_up_ends, ("wrap_up", nurse.id))
        if nurse.gone_at is not None and (old is None or old.gone_at != nurse.gone_at):
            self.timers.set(nurse.gone_at, ("gone", nurse.id))
        if nurse.mirrored == UNTOLD:
            self.untold[nurse.id] = None
        elif self.untold:
            self.untold.pop(nurse.id, None)
        if nurse.mirrored not in (UNTOLD, nurse.to_mirror):
            self.mirror_due[nurse.id] = None
        elif self.mirror_due:
            self.mirror_due.pop(nurse.id, None)
        if nurse.state is NurseState.RINGING and nurse.contact is not None:
            self._note_withdrawal(nurse.contact)
        if self._hoping and nurse.id in self._hoping:
            for contact in list(self._hoping[nurse.id]):
                self._stand(self.contacts[contact])

    def _wrapped_up(self, nurse: Nurse, now: Millis) -> None:
        """Her after-call work is over: it is counted, and learnt from."""
        served = nurse.served
        assert served is not None  # the caller has looked
        tally = self.figures.tally(served.language, served.priority_class, served.at)
        tally.wraps += 1
        tally.wrap_sum += now - nurse.since
        if served.language is not None:
            self.handle_times.add(served.language, served.talked + now - nurse.since)

    def put_node(self, node: Node) -> None:
        """Add `node`, or replace it; its waiting callers can be offered while it is present."""
        old = self.nodes.get(node.id)
        if old is not None and old.present and not node.present:
            node = replace(node, surge=None, telling=None)
        self.nodes[node.id] = node
        self.surge_news = True
        if node.look_up:
            self.look_up_due[node.id] = None
        else:
            self.look_up_due.pop(node.id, None)
        if node.present and self.policy is not None:
            self.timers.set(node.last_alive + self.policy.gateway_lost, ("node", node.id))
        if old is None or old.present != node.present:
            for contact in list(self.contacts.values()):
                if contact.id in self.absent:
                    # Nobody is on the phone: any node may make the call.
                    self.put_contact(replace(contact, node=self.home(contact.node)))
                    if contact.backstop is not None:
                        self.timers.set(contact.backstop, ("backstop", contact.id))
                elif contact.node == node.id:
                    if contact.backstop is not None:
                        self.timers.set(contact.backstop, ("backstop", contact.id))
                    if contact.state is ContactState.WAITING:
                        self._stand(contact)

    def drop_the_gone(self) -> None:
        """Forget nurses who are no longer of this site, once nothing is left of their calls."""
        for nurse_id in list(self.leaving):
            nurse = self.nurses[nurse_id]
            if nurse.state is NurseState.SIGNED_OUT and nurse.mirrored == "out":
                del self.leaving[nurse_id], self.nurses[nurse_id]
                self._profiles.pop(nurse_id, None)
                self.untold.pop(nurse_id, None)
                if nurse.mirroring is not None:
                    self.mirroring.pop(nurse.mirroring, None)

    def drop_contact(self, contact: Contact, outcome: Outcome, now: Millis) -> None:
        """The contact has ended; it is counted, and remembered so that echoes are known."""
        self.contacts.pop(contact.id)
        self._leave(contact)
        self.withdraw_due.pop(contact.id, None)
        self._forget_call(contact)
        if contact.offer is not None:
            self.offers.pop(contact.offer, None)
        if contact.withdraw is not None:
            self.withdrawing.pop(contact.withdraw, None)
        if contact.dismiss is not None:
            self.dismissing.pop(contact.dismiss, None)
        self.ended[contact.id] = now
        while self.ended:
            oldest = next(iter(self.ended))
            if now - self.ended[oldest] <= _REMEMBER_ENDED:
                break
            del self.ended[oldest]
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

    def put_message(self, message: Message) -> None:
        """Switch it on, in place of an earlier one for the same callers."""
        for old in list(self.messages.values()):
            if old.id == message.id or old.place == message.place:
                del self.messages[old.id]
        self.messages[message.id] = message
        self.timers.set(message.until, ("message", message.id))

    def drop_message(self, message_id: str) -> None:
        """It is over.

        Raises:
            IllegalMove: There is no such message.
        """
        if self.messages.pop(message_id, None) is None:
            raise IllegalMove("message: unknown or over")

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

    # -- counting -------------------------------------------------------------------

    def tally(self, contact: Contact) -> Tally:
        """The counts of this contact's language, class and half-hour."""
        at = contact.arrived if contact.queued is None else contact.queued
        return self.figures.tally(contact.language, contact.priority_class, at)

    @property
    def tallies(self) -> list[Tally]:
        """Counts since the journal began, one for each language and class."""
        return self.figures.totals()

    def take_surge(self, state: SurgeState) -> None:
        """How surge stands from now on."""
        if state is not self.surge:
            self.surge, self.surge_news = state, True

    @property
    def earliest(self) -> Millis | None:
        """When the one in line who has waited longest came; kept only where surge rules ask."""
        while self._arrivals:
            original, contact_id = self._arrivals[0]
            contact = self.contacts.get(contact_id)
            if (
                contact is not None
                and contact.state is ContactState.WAITING
                and contact.dismissed is None
            ):
                return original
            heapq.heappop(self._arrivals)
        return None

    def assess_again_at(self, when: Millis | None) -> None:
        """The surge must be assessed then, whatever happens."""
        self.assess_at = when
        if when is not None:
            self.timers.set(when, ("surge", ""))

    @property
    def undecided(self) -> bool:
        """Whether there may be something to decide."""
        return bool(
            self.fresh_needs
            or self.fresh_profiles
            or self.withdraw_due
            or self.dismiss_due
            or self.ring_due
            or self.mirror_due
            or self.look_up_due
            or self.surge_news
            or self.surge.level is SurgeLevel.CRISIS
        )

    # -- what is derived ----------------------------------------------------------

    def _note_withdrawal(self, contact_id: ContactId) -> None:
        """A ringing is to be withdrawn when nobody wants it any more, or her phone is gone."""
        contact = self.contacts.get(contact_id)
        nurse = self.nurses.get(contact.nurse) if contact and contact.nurse else None
        if (
            contact is not None
            and nurse is not None
            and contact.state is ContactState.OFFERED
            and not contact.withdrawing
            and nurse.state is NurseState.RINGING
            and nurse.offer == contact.offer
            and (
                nurse.next is not None
                or not nurse.reachable
                or contact.unwanted
                or contact.dismissed is not None
            )
        ):
            self.withdraw_due[contact_id] = None
        else:
            self.withdraw_due.pop(contact_id, None)

    def _runs(self, name: tuple[str, str]) -> Millis | None:
        """When this timer goes off by the present records."""
        kind, key = name
        if kind == "wrap_up":
            nurse = self.nurses.get(NurseId(key))
            return nurse.wrap_up_ends if nurse is not None else None
        if kind == "gone":
            nurse = self.nurses.get(NurseId(key))
            return nurse.gone_at if nurse is not None else None
        if kind == "ring":
            contact = self.contacts.get(ContactId(key))
            return contact.ring_ends if contact is not None else None
        if kind == "backstop":
            contact = self.contacts.get(ContactId(key))
            if contact is None:
                return None
            home = self.nodes.get(contact.node)
            # Suspended while nobody could answer the question.
            return contact.backstop if home is not None and home.present else None
        if kind in ("look", "shuts", "held", "callback"):
            return self._runs_promised(kind, key)
        if kind == "surge":
            return self.assess_at
        if kind == "message":
            message = self.messages.get(key)
            return message.until if message is not None else None
        node = self.nodes.get(NodeId(key))
        if node is None or not node.present or self.policy is None:
            return None
        return node.last_alive + self.policy.gateway_lost

    def _proves(self, name: tuple[str, str]) -> Millis | None:
        """When a conversation that has just begun is sure to be one."""
        contact = self.contacts.get(ContactId(name[1]))
        if contact is None or not contact.unproven or contact.state is not ContactState.TALKING:
            return None
        return contact.since + (self.policy.short_talk if self.policy is not None else 0)

    # -- snapshots ----------------------------------------------------------------

    def save(self) -> Saved:
        """Everything from which `restore` makes the same board."""
        return Saved(
            policy=self.policy,
            contacts=list(self.contacts.values()),
            nurses=list(self.nurses.values()),
            nodes=list(self.nodes.values()),
            ended=dict(self.ended),
            owed=list(self.owed),
            sequence=self.sequence,
            figures=self.figures.save(),
            handle_times=self.handle_times,
            calibration=self.calibration,
            demand=self.demand,
            last_nurse=dict(self.last_nurse),
            surge=self.surge,
            accounted=self.accounted,
            assessed=self.assessed,
            assess_at=self.assess_at,
            messages=list(self.messages.values()),
            scores=self.survey.rows(),
            ledger=self.ledger.save(),
        )

    def restore(self, saved: Saved) -> None:
        """Become the board that was saved."""
        self.policy = saved.policy
        self.ended = OrderedDict(saved.ended)
        self.owed = Debts(saved.owed)
        self.sequence = saved.sequence
        self.figures = Figures()
        self.figures.restore(saved.figures if saved.figures is not None else saved.tallies)
        self.handle_times = saved.handle_times or HandleTimes()
        self.calibration = saved.calibration or Calibration()
        self.demand = saved.demand or Demand()
        self.last_nurse = OrderedDict(saved.last_nurse)
        self.surge = saved.surge
        self.accounted, self.assessed = saved.accounted, saved.assessed
        self.assess_at = saved.assess_at
        self.messages = {message.id: message for message in saved.messages}
        self.survey = Survey(saved.scores)
        self.ledger = Ledger(saved.ledger)
        self._derive()
        contacts, nurses, nodes = saved.contacts, saved.nurses, saved.nodes
        self._put_all(contacts, [_with_skills(nurse) for nurse in nurses], nodes)

    def derive_again(self) -> None:
        """Everything derived is made anew: another policy may mean something else."""
        contacts, nurses = list(self.contacts.values()), list(self.nurses.values())
        nodes = list(self.nodes.values())
        self._derive()
        self._put_all(contacts, nurses, nodes)

    def _put_all(self, contacts: list[Contact], nurses: list[Nurse], nodes: list[Node]) -> None:
        self.contacts, self.nurses, self.nodes = {}, {}, {}
        for node in nodes:
            self.put_node(node)
        for nurse in nurses:
            self.put_nurse(nurse)
        for contact in contacts:
            self.put_contact(contact)
        self.assess_again_at(self.assess_at)
        for message in self.messages.values():
            self.timers.set(message.until, ("message", message.id))
        for callback in self.ledger:
            if callback.due_at is not None:
                self.timers.set(callback.due_at, ("callback", callback.id))


def _with_skills(nurse: Nurse) -> Nurse:
    """A nurse of an older snapshot has languages only."""
    if nurse.skills.languages or not nurse.languages:
        return nurse
    fluent = tuple((language, Level.FLUENT) for language in nurse.languages)
    return replace(nurse, skills=Skills(languages=fluent))
