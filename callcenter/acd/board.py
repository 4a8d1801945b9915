"""Board: the ACD's whole state, and the only places where it is changed.

Records are frozen; `put_*` swaps one for another and keeps everything that is derived
from records (line, idle nurses, timers, what is due) in step. Nothing derived is saved:
`restore` makes it again from the records.
"""

import heapq
from collections import OrderedDict

from msgspec.structs import replace

from callbacks.ledger import Ledger
from callcenter.acd.calibration import Calibration
from callcenter.acd.contact import Contact, ContactState, Dismissal, IllegalMove, Outcome
from callcenter.acd.debts import Debts
from callcenter.acd.demand import Demand
from callcenter.acd.due import Due
from callcenter.acd.floor import DOUBT, GATEWAY, HELD
from callcenter.acd.handle_times import HandleTimes
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId
from callcenter.acd.node import Node
from callcenter.acd.nurse import UNTOLD, Nurse, NurseState
from callcenter.acd.saved import Saved, with_skills
from callcenter.acd.stats import Figures
from callcenter.acd.survey import Survey

_REMEMBER_ENDED: Millis = 600_000  # late events of an ended call come within seconds


class Board(Due):
    """Records, and what is derived from them.

    Attributes:
        contacts, nurses, nodes: The records, by id.
        ended: Contacts that have ended lately, and when.
        sequence: How many contacts have come; breaks ties between equal deadlines.
        leaving: Nurses whom the site no longer lists.
    """

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[ContactId, Contact] = {}
        self.nurses: dict[NurseId, Nurse] = {}
        self.nodes: dict[NodeId, Node] = {}
        # Ordered: the first of a plain dict is slow to find behind many that were removed.
        self.ended: OrderedDict[ContactId, Millis] = OrderedDict()
        self.sequence = 0
        self._derive()

    def _derive(self) -> None:
        self._clear(self.demand.worth)
        self._derive_due()
        self.leaving: dict[NurseId, None] = {}
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
        self._count_end(contact, outcome, now)

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
        self._put_all(contacts, [with_skills(nurse) for nurse in nurses], nodes)

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
