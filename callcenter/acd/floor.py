"""Floor: who waits and who is free just now, by kind; the half of the board that is derived.

Nothing here is saved: the board makes it again from its records.
"""

from typing import Final

from msgspec.structs import replace

from callcenter.acd.contact import Contact
from callcenter.acd.ids import ContactId, Millis, NurseId
from callcenter.acd.nurse import Nurse
from callcenter.acd.policy import Policy
from callcenter.acd.pool import Pool
from callcenter.acd.reach import Need, Reach
from callcenter.acd.rivals import Rivals
from callcenter.acd.stats import Figures
from language_routing.languages import Language
from language_routing.lines import Routing
from language_routing.skills import NOTHING, Skills

DOUBT: Final = "doubt"  # what the gateway knows of it is being looked up
GATEWAY: Final = "gateway"  # its gateway is absent
HELD: Final = "held"  # for the nurse whom the caller had before


class Floor:
    """Contacts in line and nurses who are free.

    Attributes:
        line: Whom a nurse can be offered to, by need (`reach`), earliest deadline first.
        kept: Who waits and cannot be offered just now, by why, and by need.
        idle: Who can be offered a call, by profile (`reach`), longest idle first.
        idle_mask: The profiles of those, as a mask.
        fresh_needs, fresh_profiles: Where the line or the idle nurses have changed since no
            pair was left to offer; the profiles as a mask.
        accounted: Up to when idle-while-eligible time is counted.
    """

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self.accounted: Millis = 0
        self._clear({})

    def _clear(self, worth: dict[Language, int]) -> None:
        self.reach = Reach(self.policy.routing if self.policy is not None else Routing())
        self.reach.value(worth)
        self.rivals = Rivals(self.reach)
        self.line: Pool[ContactId] = Pool()
        self.kept: dict[str, Pool[ContactId]] = {DOUBT: Pool(), GATEWAY: Pool(), HELD: Pool()}
        self.idle: Pool[NurseId] = Pool()
        self.idle_mask = 0
        self.fresh_needs: dict[int, None] = {}
        self.fresh_profiles = 0
        self._kept_as: dict[ContactId, str] = {}
        self.absent: dict[ContactId, None] = {}  # in line, and nobody is on the phone
        self._needs: dict[tuple[Language, int, str, bool, tuple[str, ...]], int] = {}
        self._profiles: dict[NurseId, tuple[Skills, int]] = {}
        self._rotating: dict[NurseId, int] = {}

    # -- who waits ------------------------------------------------------------------

    def _line_up(self, contact: Contact, need: int) -> None:
        """The contact can be offered."""
        if contact.id in self._kept_as:
            self._keep_back(contact.id, None)
        if self.line.put(contact.id, contact.key, need):
            self.fresh_needs[need] = None

    def _stand_back(self, contact: Contact, need: int, why: str) -> None:
        """The contact waits, and cannot be offered just now."""
        self.line.discard(contact.id)
        self._keep_back(contact.id, why)
        self.kept[why].put(contact.id, contact.key, need)

    def _step_out(self, contact: ContactId) -> None:
        """The contact does not wait for a nurse."""
        self.line.discard(contact)
        if contact in self._kept_as:
            self._keep_back(contact, None)

    def _keep_back(self, contact: ContactId, why: str | None) -> None:
        before = self._kept_as.pop(contact, None)
        if before is not None and before != why:
            self.kept[before].discard(contact)
        if why is not None:
            self._kept_as[contact] = why

    @property
    def waiting(self) -> int:
        """How many callers stand in line, whether or not they can be offered just now.

        Not callbacks: nobody is on the phone, and no newcomer is refused for them.
        """
        return len(self.line) + len(self._kept_as) - len(self.absent)

    # -- who is free ----------------------------------------------------------------

    def _rotate(self, nurse: Nurse, profile: int) -> None:
        before = self._rotating.get(nurse.id)
        after = profile if nurse.in_rotation else None
        if before == after:
            return
        self.rivals.forget()
        if before is not None:
            self.reach.rotate(before, -1)
            del self._rotating[nurse.id]
        if after is not None:
            self.reach.rotate(after, 1)
            self._rotating[nurse.id] = after

    def _idle(self, nurse: Nurse, profile: int) -> None:
        group = self.idle.group(nurse.id) if nurse.id in self.idle else None
        if nurse.available:
            if self.idle.put(nurse.id, (nurse.idle_since, 0), profile):
                self.idle_mask |= 1 << profile
                self.fresh_profiles |= 1 << profile
        else:
            self.idle.discard(nurse.id)
        if group is not None and group not in self.idle.groups:
            self.idle_mask &= ~(1 << group)

    def _account(self, figures: Figures, now: Millis) -> None:
        """Count the time up to `now` in which nurses were free for callers who were kept back."""
        since, self.accounted = self.accounted, now
        if not since or now <= since:  # 0: a snapshot of an older version does not say
            return
        left: dict[int, int] = {}  # free nurses by profile, each counted for one caller
        for why, pool in self.kept.items():
            for number, members in pool.groups.items():
                pairs, rest = 0, self.reach.servers[number] & self.idle_mask
                while rest and pairs < len(members):
                    low = rest & -rest
                    rest ^= low
                    profile = low.bit_length() - 1
                    free = left.setdefault(profile, self.idle.count(profile))
                    taken = min(free, len(members) - pairs)
                    left[profile] -= taken
                    pairs += taken
                if pairs:
                    language = self.reach.needs[number].language
                    figures.idle(language, why, pairs * (now - since), since)

    # -- kinds ----------------------------------------------------------------------

    def need(self, contact: Contact) -> int:
        """What a contact with a language asks for now, as `reach` numbers it."""
        assert contact.language is not None
        short = (
            contact.language,
            contact.ring,
            contact.entry_point,
            contact.interpreter,
            contact.competences,
        )
        number = self._needs.get(short)
        if number is None:
            asked = self.policy.requirements if self.policy is not None else {}
            requirement = asked.get(contact.entry_point, NOTHING)
            if contact.competences:
                also = (c for c in contact.competences if c not in requirement.competences)
                both = (*requirement.competences, *also)
                requirement = replace(requirement, competences=both)
            need = Need(
                language=contact.language,
                ring=contact.ring,
                requirement=requirement,
                interpreter=contact.interpreter,
            )
            number = self._needs[short] = self.reach.need(need)
        return number

    def profile(self, nurse: Nurse) -> int:
        """What a nurse can do today, as `reach` numbers it."""
        known = self._profiles.get(nurse.id)
        if known is None or known[0] is not nurse.skills:
            known = self._profiles[nurse.id] = (nurse.skills, self.reach.profile(nurse.skills))
        return known[1]
