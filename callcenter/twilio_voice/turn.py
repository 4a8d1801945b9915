"""Turn: one request's part of a dialogue, from what rested in the store to a document.

What only we know (`Look`, `KeepPlace`) is answered at once, and the flow goes on within the
same turn. A turn ends with a question to the caller, with a place in line, or with the flow.
"""

from collections.abc import Callable, Sequence
from typing import Final, assert_never

from msgspec.structs import replace

from callcenter.twilio_voice.contacts import Call, Contacts
from callcenter.twilio_voice.document import Document
from callcenter.twilio_voice.entry import Entry
from callcenter.twilio_voice.speech import sounds_of
from callcenter.twilio_voice.store import Asks, Held
from ivr_flows import verbs
from ivr_flows.facts import Facts
from ivr_flows.flow import Flow, begin, step
from ivr_flows.inputs import Done, Input, Kept, NoDigit, Seen, Typed
from ivr_flows.numbers import usable
from ivr_flows.verbs import Verb, Whose

_LATER_S: Final = 60  # where a waiting flow does not say when it wants to speak again


class Turn:
    """Makes `document`, and leaves in `held` what is to rest until the next request."""

    def __init__(
        self,
        entry: Entry,
        document: Document,
        *,
        call: Call,
        contacts: Contacts,
        clock_ms: Callable[[], int],
        held: Held | None = None,
    ) -> None:
        """Go on from `held`; without it, `entry.flow` begins.

        Args:
            clock_ms: Unix milliseconds, of a clock that does not go back.
        """
        self.document = document
        self._entry = entry
        # Who shows a number of ours as her own is not to be rung back there: that rings us.
        self._caller = "" if call.number in entry.own else call.number
        self._contacts = contacts
        self._clock_ms = clock_ms
        self._flows = {
            flow.name: flow for flow in (entry.flow, entry.waiting, entry.after) if flow is not None
        }
        if held is None:
            held = Held(flow=entry.flow.name, state=begin(entry.flow, self._look(None)))
        self.held = held

    def begin(self) -> None:
        """A call has arrived, and `entry.flow` begins."""
        self._run((), Done())

    def go_on(self, given: Input) -> None:
        """Go on with the answer to the last question."""
        self.held = replace(self.held, asks=Asks.NOTHING)
        self._run((), given)

    def typed(self, digits: str) -> None:
        """Go on with a number that the caller has typed; empty: none."""
        if not digits:
            self.go_on(NoDigit())
        elif not digits.strip("*"):
            self.go_on(Typed(usable=False, repeat=True))
        else:
            number = usable(digits, self._entry.own)
            self.held = replace(self.held, typed=number or "")
            self.go_on(Typed(usable=number is not None))

    def wait(self, key: str) -> None:
        """Speak to the caller in line, who has pressed `key` (empty: none)."""
        rest = self.held.rest
        if rest:
            self.held = replace(self.held, rest=())
            self._run(rest, Done())
        else:
            self._visit(key)

    def into_line(self) -> None:
        """A transfer has led nowhere: a place in line, in the caller's language."""
        self._enqueue(self.held.state.language, ())

    def served(self) -> None:
        """The caller has left the line; what is asked after the call, if anything."""
        self._out_of_line()
        if self._entry.after is None:
            self.document.hang_up()
        else:
            self._replace_flow(self._entry.after, self._look(self.held))
            self._run((), Done())

    def hang_up(self) -> None:
        """Nothing follows."""
        self._out_of_line()
        self.document.hang_up()

    def _visit(self, key: str) -> None:
        facts = replace(self._look(self.held), visit=self.held.visits, key=key)
        self.held = replace(self.held, visits=self.held.visits + 1, later_s=_LATER_S)
        self._replace_flow(self._entry.waiting, facts)
        self._run((), Done())

    def _look(self, held: Held | None) -> Facts:
        """How things stand, with what only this dialogue knows."""
        caller = "known" if self._caller else "anonymous"
        facts = replace(self._contacts.look(), caller=caller)
        if held is None:
            return facts
        known = held.state.facts
        return replace(facts, visit=known.visit, key=known.key, told=held.told)

    def _replace_flow(self, flow: Flow, facts: Facts) -> None:
        state = begin(flow, facts, self.held.state.language)
        self.held = replace(self.held, flow=flow.name, state=state, asks=Asks.NOTHING)

    def _run(self, first: Sequence[Verb], given: Input) -> None:
        """Carry out `first`, or else what follows `given`; go on until the caller is asked."""
        flow = self._flows[self.held.flow]
        answer = self._carry_out(first) if first else given
        while answer is not None and not self.held.state.over:
            state, following = step(flow, self.held.state, answer, self._clock_ms())
            self.held = replace(self.held, state=state)
            answer = self._carry_out(following)
        if answer is not None:
            self._flow_ended()

    def _flow_ended(self) -> None:
        """The flow has said all. Who stands in line is visited, at once or later."""
        if not self.held.line:
            self.document.hang_up()
        elif self.held.flow == self._entry.waiting.name:
            self.document.rest(self.held.later_s)
        else:
            self._visit("")

    def _carry_out(self, following: Sequence[Verb]) -> Input | None:
        """Carry out verbs; the flow's next input, or `None`: this document ends here."""
        for done, verb in enumerate(following, 1):
            match verb:
                case verbs.Enqueue(language=language):
                    self._enqueue(language, following[done:])
                    return None
                case verbs.Gather(timeout_ms=timeout_ms):
                    self.held = replace(self.held, asks=Asks.KEY)
                    self.document.ask_key(timeout_ms)
                    return None
                case verbs.GatherNumber(timeout_ms=timeout_ms):
                    self.held = replace(self.held, asks=Asks.NUMBER)
                    self.document.ask_number(timeout_ms)
                    return None
                case verbs.Transfer(target=target):
                    self._contacts.transferred(target)
                    self.document.dial(self._entry.transfers[target])
                    return None
                case verbs.Hangup():
                    self.hang_up()
                    return None
                case verbs.Look():
                    return Seen(self._look(self.held))
                case verbs.KeepPlace(whose=whose):
                    return Kept(self._keep(whose))
                case verbs.Say() | verbs.Play() | verbs.SayNumber():
                    self._speak(verb)
                case _:
                    self._tell(verb)
        return Done()

    def _speak(self, speech: verbs.Speech) -> None:
        found = sounds_of(speech, self.document.addresses, self._number)
        self.document.speak(found, interruptible=speech.interruptible)

    def _tell(
        self,
        verb: verbs.SetLanguage
        | verbs.SetClass
        | verbs.NeedInterpreter
        | verbs.Told
        | verbs.RecordConsent
        | verbs.Score
        | verbs.Later,
    ) -> None:
        match verb:
            case verbs.SetLanguage():
                pass  # every Say names its language, and the state keeps the caller's
            case verbs.SetClass(priority_class=priority_class):
                self._contacts.classed(priority_class)
            case verbs.NeedInterpreter(wanted=wanted):
                self._contacts.needs(wanted)
            case verbs.Told():
                wait = self.held.state.facts.wait
                if wait is not None:  # that it is unknown is nothing to hold against a later one
                    self.held = replace(self.held, told=wait)
                    self._contacts.told(wait)
            case verbs.RecordConsent(about=about, given=given):
                self._contacts.consent(about, given)
            case verbs.Score(question=question, score=score):
                self._contacts.score(question, score)
            case verbs.Later(seconds=seconds):
                self.held = replace(self.held, later_s=seconds)
            case _:
                assert_never(verb)

    def _enqueue(self, language: str, rest: Sequence[Verb]) -> None:
        self._contacts.queued(language)
        self.held = replace(self.held, line=language, rest=tuple(rest), asks=Asks.NOTHING)
        self.document.enqueue(language)

    def _keep(self, whose: Whose) -> bool:
        number = self._number(whose)
        if not number or not self._contacts.keep(number):
            return False
        self._out_of_line()
        return True

    def _out_of_line(self) -> None:
        self.held = replace(self.held, line="", rest=(), asks=Asks.NOTHING)

    def _number(self, whose: Whose) -> str:
        match whose:
            case Whose.CALLER:
                return self._caller
            case Whose.TYPED:
                return self.held.typed
            case Whose.RELAY:
                return self._entry.relay
            case _:
                assert_never(whose)
