"""Effects: what a flow does to a call beside speaking: variables, and words for the journal.

Variables are gathered and set together with the next command that needs them, in one round
trip: between two commands the caller's keys get lost. `UserEvent`s go the way of all events
about a call, over the one AMI connection, so that their order is theirs.
"""

import math
import time
from collections.abc import Callable
from typing import Final, assert_never

import structlog

from callcenter.asterisk.dialogue import Dialogue
from callcenter.asterisk.ivr_metrics import KEPT_SECONDS, NOT_KEPT
from callcenter.asterisk.ivr_speech import Numbers
from callcenter.asterisk.visit import Outlook, telling_of
from ivr_flows import verbs
from ivr_flows.verbs import Whose

_log = structlog.get_logger()

# How long a caller hears nothing of a dialogue that hangs, in seconds; then the channel's
# absolute timer takes her on to the line. It is set anew for each prompt and each question.
SILENCE_S: Final = 5
KEPT_WITHIN_S: Final = 3.0
_LOOK_EVERY_S: Final = 0.02

Quiet = (
    verbs.SetLanguage
    | verbs.SetClass
    | verbs.NeedInterpreter
    | verbs.Enqueue
    | verbs.Told
    | verbs.RecordConsent
    | verbs.Score
    | verbs.Later
    | verbs.Transfer
)


class Effects:
    """One dialogue's.

    Attributes:
        queued: The caller has been given a place in line.
        kept: The caller's place is kept, for good.
        transferred: The dialplan is to connect the caller elsewhere.
        later: It is set when the caller in line may be spoken to again.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        outlook: Outlook,
        numbers: Numbers,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.queued = self.kept = self.transferred = self.later = False
        self._dialogue = dialogue
        self._outlook = outlook
        self._numbers = numbers
        self._monotonic = monotonic
        self._variables: dict[str, str] = {}

    def set(self, **values: str) -> None:
        """Set channel variables, at the latest when `settle` is called."""
        self._variables.update(values)

    def settle(self) -> None:
        """Set what is gathered."""
        if self._variables:
            values, self._variables = self._variables, {}
            self._dialogue.set_variables(values)

    def allow(self, seconds: float) -> None:
        """The next command may take so long; if we hang, the caller is taken on soon after.

        Nothing more may come before that command.
        """
        self._variables["TIMEOUT(absolute)"] = str(math.ceil(seconds) + SILENCE_S)
        self.settle()

    def carry_out(self, verb: Quiet) -> None:
        match verb:
            case verbs.SetLanguage(language=language):
                self.set(CC_SPOKEN=language)
                if self._outlook.before_line and not self.queued:
                    self.set(CC_LANG=language)  # if we die before the line, this is hers
                self._variables["CHANNEL(language)"] = language
            case verbs.SetClass(priority_class=priority_class):
                self.set(CC_CLASS=priority_class)
                self._tell("CcClassed", CcNewClass=priority_class)
                self._outlook.classed(priority_class)
            case verbs.NeedInterpreter(wanted=wanted):
                self.set(CC_WANTED=wanted)
                self._tell("CcNeed", CcWanted=wanted)
            case verbs.Enqueue(language=language):
                self.set(CC_LANG=language, CC_PHASE="line")
                self._tell("CcQueued", CcLanguage=language)
                self.queued = True
                self.set(CC_QUEUED="1")
                self.settle()
            case verbs.Told():
                self._told()
            case verbs.RecordConsent(about=about, given=given):
                self._tell("CcConsent", CcAbout=about, CcGiven="yes" if given else "no")
            case verbs.Score(question=question, score=score):
                self._tell("CcScore", CcQuestion=question, CcScored=str(score))
            case verbs.Later(seconds=seconds):
                self.speak_again_in(seconds)
            case verbs.Transfer(target=target):
                self.set(CC_TRANSFER=target)
                self.transferred = True
            case _:
                assert_never(verb)

    def speak_again_in(self, seconds: int) -> None:
        """The next visit is not before so many seconds have gone by, however this one ends."""
        self.later = True
        self.set(CC_TELL_AT=str(int(time.time()) + max(1, seconds)))

    def keep(self, whose: Whose) -> bool:
        """Keep the caller's place; whether it is durable, and the caller may be told so.

        The dialplan undoes a keep that we do not live to confirm (CC_KEEPING without CC_KEPT).
        """
        number = self._numbers.of(whose)
        if not number:
            return False
        self.set(CC_KEEPING="1")
        self.allow(KEPT_WITHIN_S)
        began = self._monotonic()
        self._tell("CcKeep", CcKeepNumber="caller" if whose is Whose.CALLER else number)
        if self._is_kept(began + KEPT_WITHIN_S):
            KEPT_SECONDS.observe(self._monotonic() - began)
            self.set(CC_KEPT="1", CC_PHASE="after")
            self.settle()
            self.kept = True
            return True
        NOT_KEPT.inc()
        _log.warning("place not kept in time")
        self._tell("CcStays")  # after the keep, on the same way: a late one is undone
        self.set(CC_KEEPING="0")
        return False

    def _is_kept(self, deadline: float) -> bool:
        while not self._outlook.kept():
            if self._monotonic() >= deadline:
                return False
            self._dialogue.look()
            time.sleep(_LOOK_EVERY_S)
        return True

    def _told(self) -> None:
        found = self._outlook.told_now()
        if found is None:
            return  # that it is unknown is nothing to hold against a later estimate
        waiting, wait, ago = found
        self.set(CC_TOLD=telling_of(wait))
        self._tell(
            "CcWaitTold",
            CcPlace=str(wait.place),
            CcLow=str(max(0, wait.low_ms - ago)),  # from now on; the speech has taken its time
            CcHigh=str(max(0, wait.high_ms - ago)),
            CcAhead=str(waiting.ahead),
            CcNurses=str(waiting.nurses),
        )

    def _tell(self, name: str, **headers: str) -> None:
        """A `UserEvent`; what it tells of is set on the channel before it."""
        self.settle()
        self._dialogue.exec_command(
            "UserEvent", name, *(f"{header}: {value}" for header, value in headers.items())
        )
