"""What is seen of a callback's call, and what its end means for the callback."""

import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackId, CallbackState, DialResult, Done, Kind
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import (
    CallbackOverlooked,
    DialEnded,
    PatientAnswered,
    PatientDialled,
)
from callcenter.acd.commands import CallNurse, CallPatient
from callcenter.acd.contact import ContactState
from callcenter.acd.events import (
    CallCutOff,
    CallReturned,
    CommandFailed,
    CommandUnknown,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    OfferResult,
    Phase,
    PlaceKept,
    ReturnReason,
    SeenContact,
)
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.nurse import NurseState
from tests.unit.acd.promises import HOUR, MINUTE, Promises
from tests.unit.acd.test_ringback import busy, until_rung
from tests.unit.acd.world import AR, SV, seen

S = CallbackState
CALL = ContactId("b1-1.0")
COUNTING = [result for result in DialResult if result is not DialResult.ABANDONED]
AGAIN = [r for r in COUNTING if r not in (DialResult.INVALID, DialResult.WRONG_PERSON)]


@pytest.fixture
def world() -> Promises:
    """A nurse's phone rings for `b1`; another nurse pauses."""
    world = Promises({"n1": "sv", "n2": "sv"})
    world.works("n1")
    world.books()
    world.after(0)
    assert world.state() is S.RINGING
    return world


def there(contact: str, phase: Phase, *, nurse: str = "n1", **known: object) -> SeenContact:
    found = seen(contact, phase, channel=f"Local/{contact}", language=SV, nurse=NurseId(nurse))
    return replace(found, **known)


# -- as it should be -----------------------------------------------------------------------


def test_the_nurse_looks_the_patient_is_rung_and_they_talk(world: Promises) -> None:
    world.answers()
    assert world.state() is S.PREVIEW
    world.after(5_000)
    world.dials()
    assert (world.state(), world.callback().first_tried) == (S.DIALLING, world.now)
    assert world.counted().dials == 1
    world.after(8_000)
    world.reaches()
    assert (world.state(), world.callback().talked) == (S.TALKING, world.now)
    world.after(MINUTE)
    world.is_over()
    callback = world.callback()
    assert (callback.state, callback.done, callback.ended) == (S.DONE, Done.TALKED, world.now)
    assert callback.attempts == ()
    assert (world.counted().kept, world.counted().late) == (1, 0)
    assert world.nurse("n1").state is NurseState.READY
    world.after(HOUR)
    assert world.rung() == []


def test_who_is_reached_after_the_promise_is_late(world: Promises) -> None:
    world.now += HOUR + 1
    world.is_reached()
    world.is_over()
    assert (world.counted().kept, world.counted().late) == (0, 1)


def test_each_word_of_a_call_counts_once(world: Promises) -> None:
    world.answers()
    world.dials()
    assert world.refuses(PatientDialled(contact=CALL))
    world.reaches()
    assert world.refuses(PatientAnswered(contact=CALL))
    world.queues("c1")
    for event in (PatientDialled, PatientAnswered):
        assert world.refuses(event(contact=ContactId("c1")))
        assert world.refuses(event(contact=ContactId("stranger")))
    assert world.refuses(DialEnded(contact=ContactId("c1"), result=DialResult.BUSY))


def test_who_answers_was_dialled_though_nobody_saw_it(world: Promises) -> None:
    world.answers()
    world.reaches()
    assert world.callback().first_tried == world.now
    assert world.state() is S.TALKING


# -- not reached ---------------------------------------------------------------------------


@pytest.mark.parametrize("result", AGAIN)
def test_a_failed_attempt_is_followed_by_another_ten_minutes_later(
    world: Promises, result: DialResult
) -> None:
    world.is_tried(result)
    callback = world.callback()
    assert (callback.state, callback.due_at) == (S.SCHEDULED, world.now + 10 * MINUTE)
    [attempt] = callback.attempts
    assert (attempt.result, attempt.ended) == (result, world.now)
    assert world.counted().failed == {result: 1}
    world.after(10 * MINUTE)
    [command] = [c for c in world.commands if isinstance(c, CallNurse)]
    assert (command.contact, command.attempt) == ("b1-2.0", 2)


@pytest.mark.parametrize("result", [DialResult.INVALID, DialResult.WRONG_PERSON])
def test_a_number_that_is_not_hers_is_given_up_at_once_with_a_task(
    world: Promises, result: DialResult
) -> None:
    world.is_tried(result)
    callback = world.callback()
    assert (callback.state, callback.task) == (S.GIVEN_UP, world.now)
    assert world.counted().unreached == 1


def test_a_machine_that_answered_is_no_conversation(world: Promises) -> None:
    world.is_reached()
    world.fails(DialResult.MACHINE)
    callback = world.callback()
    assert (callback.state, callback.talked, callback.result) == (S.SCHEDULED, None, None)


def test_after_three_attempts_it_is_given_up_and_the_debt_stays() -> None:
    world = Promises()
    world.works()
    name = world.keeps_busy("c1")
    world.after(1)
    for number in range(3):
        assert world.state(name) is S.RINGING
        world.is_tried(DialResult.NO_ANSWER, name)
        world.after(10 * MINUTE)
        assert len(world.callback(name).attempts) == number + 1
    assert world.state(name) is S.GIVEN_UP
    assert ContactId("c1") in world.board.owed
    assert [one.id for one in world.board.ledger.tasks] == [name]


def test_what_we_broke_off_is_tried_again_at_once_but_not_without_end(world: Promises) -> None:
    for _ in range(5):
        world.answers()
        world.dials()
        world.is_over()
        assert (world.state(), world.callback().attempts) == (S.SCHEDULED, ())
        world.after(5_000)
    world.answers()
    world.dials()
    world.is_over()
    assert [a.result for a in world.callback().attempts] == [DialResult.ABANDONED]
    assert world.callback().due_at == world.now + 10 * MINUTE


# -- the nurse -------------------------------------------------------------------------------


def test_a_nurse_who_does_not_answer_leaves_it_in_its_place_by_another_call(
    world: Promises,
) -> None:
    deadline = world.callback().deadline
    world.signs_in("n2")
    world.is_ready("n2")
    world.is_missed()
    assert world.rung() == [("b1", NurseId("n2"))]
    assert (world.call(), world.contact("b1-2.0").deadline) == ("b1-2.0", deadline)
    assert world.callback().attempts == ()
    world.hangs_up(CALL)  # the call to the first nurse ends by and by
    assert (world.state(), world.call()) == (S.RINGING, "b1-2.0")


@pytest.mark.parametrize("result", list(OfferResult))
def test_however_the_ringing_ends(world: Promises, result: OfferResult) -> None:
    world.is_missed(result=result)
    assert world.callback().open
    assert world.callback().attempts == ()


def test_a_nurse_who_hangs_up_before_the_patient_is_rung_leaves_it_in_line(
    world: Promises,
) -> None:
    world.answers()
    world.pauses("n1")
    world.is_over()
    assert (world.state(), world.line()) == (S.WAITING, ["b1-2.0"])
    assert world.callback().attempts == ()


def test_a_nurse_who_hangs_up_at_once_leaves_nobody_in_line() -> None:
    world = Promises({"n1": "sv", "n2": "sv"}, short_talk=3_000)
    world.works("n1")
    world.books()
    world.after(0)
    offer = world.offer_of(CALL)
    world.answers()
    world.signs_in("n2")
    world.is_ready("n2")
    world.tell(CallReturned(
        contact=CALL, nurse=NurseId("n1"), offer=offer, reason=ReturnReason.SHORT_TALK
    ))  # fmt: skip
    assert world.rung() == [("b1", NurseId("n2"))]
    assert world.call() == "b1-2.0"
    assert world.nurse("n1").state is not NurseState.READY
    world.hangs_up(CALL)  # if anything is heard of it at all
    assert world.state() is S.RINGING


@pytest.mark.parametrize("reason", list(ReturnReason))
def test_a_nurse_who_is_lost_while_the_patients_phone_rings(reason: ReturnReason) -> None:
    world = Promises(short_talk=3_000)
    world.works("n1")
    world.books()
    world.after(0)
    offer = world.offer_of(CALL)
    world.answers()
    world.dials()
    world.tell(CallReturned(contact=CALL, nurse=NurseId("n1"), offer=offer, reason=reason))
    assert (world.state(), world.callback().broken) == (S.SCHEDULED, 1)
    assert world.callback().due_at == world.now + 5_000


def test_a_patient_who_hangs_up_while_she_waits_for_a_nurse_was_reached() -> None:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    name = world.keeps("c1")
    command = until_rung(world, name)
    assert command is not None
    world.dials(name)
    world.queues(command.contact)
    assert world.state(name) is S.HOLDING
    world.after(1)
    world.is_over(name)
    assert (world.state(name), world.callback(name).done) == (S.DONE, Done.HUNG_UP)
    assert not world.board.owed


def test_who_is_not_ready_is_tried_again_with_a_nurse_first() -> None:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    name = world.keeps("c1")
    assert until_rung(world, name) is not None
    world.dials(name)
    world.fails(DialResult.NO_KEY, name)
    assert world.callback(name).due_at == world.now + 10 * MINUTE
    assert until_rung(world, name, HOUR) is None
    world.hangs_up("other")
    assert world.rung() == [(name, NurseId("n1"))]


# -- cut off -----------------------------------------------------------------------------------


def test_whose_conversation_was_cut_off_is_rung_again_by_a_new_callback(world: Promises) -> None:
    world.is_reached()
    world.after(MINUTE)
    world.tell(CallCutOff(contact=CALL))
    assert (world.state(), world.callback().done) == (S.DONE, Done.CUT_OFF)
    again = world.callback("b1-again1")
    assert (again.kind, again.deadline) == (Kind.CUT_OFF, world.callback().deadline)
    world.after(5_000)
    assert world.state("b1-again1") is S.RINGING
    world.is_reached("b1-again1")
    world.tell(CallCutOff(contact=world.call("b1-again1")))
    assert world.known("b1-again2")


@pytest.mark.parametrize("dialled", [False, True])
def test_a_call_cut_off_before_the_answer_is_an_attempt_only_if_a_phone_rang(
    world: Promises, dialled: bool
) -> None:
    world.answers()
    if dialled:
        world.dials()
    world.tell(CallCutOff(contact=CALL))
    results = [attempt.result for attempt in world.callback().attempts]
    assert results == ([DialResult.UNKNOWN] if dialled else [])
    assert world.state() is (S.SCHEDULED if dialled else S.RINGING)


# -- the truth -----------------------------------------------------------------------------------


def bring_to(world: Promises, state: CallbackState) -> None:
    steps = {S.RINGING: 0, S.PREVIEW: 1, S.DIALLING: 2, S.TALKING: 3}
    for step in (world.answers, world.dials, world.reaches)[: steps[state]]:
        step()
    assert world.state() is state
    world.now += 10_000


ONGOING = [S.RINGING, S.PREVIEW, S.DIALLING, S.TALKING]


@pytest.mark.parametrize("state", [S.RINGING, S.PREVIEW, S.DIALLING])
@pytest.mark.parametrize("switch", ["a", "b"], ids=["missing", "restarted"])
def test_what_was_not_seen_to_end_is_an_attempt_and_never_rung_at_once(
    world: Promises, state: CallbackState, switch: str
) -> None:
    bring_to(world, state)
    world.loses_the_switch()
    world.see(switch=switch)
    callback = world.callback()
    assert [attempt.result for attempt in callback.attempts] == [DialResult.UNKNOWN]
    assert (callback.state, callback.due_at) == (S.SCHEDULED, world.now + 10 * MINUTE)


def test_a_conversation_that_was_not_seen_to_end_was_one(world: Promises) -> None:
    bring_to(world, S.TALKING)
    world.loses_the_switch()
    world.see()
    assert (world.state(), world.callback().done) == (S.DONE, Done.TALKED)


def test_a_conversation_that_ended_with_the_switch_is_taken_up_again(world: Promises) -> None:
    bring_to(world, S.TALKING)
    world.see(switch="b")
    assert world.callback().done is Done.CUT_OFF
    assert world.known("b1-again1")


@pytest.mark.parametrize("state", ONGOING)
def test_what_is_there_goes_on(world: Promises, state: CallbackState) -> None:
    bring_to(world, state)
    deadline = world.contact(CALL).deadline
    world.loses_the_switch()
    phase = Phase.OFFER if state is S.RINGING else Phase.TALKING
    word = {S.DIALLING: "dialled", S.TALKING: "reached"}.get(state, "")
    world.see(there(CALL, phase, there=word, offer=world.contact(CALL).offer))
    assert (world.state(), world.call()) == (state, CALL)
    assert (world.contact(CALL).deadline, world.callback().attempts) == (deadline, ())


def test_the_truth_says_what_was_missed(world: Promises) -> None:
    world.loses_the_switch()
    world.see(there(CALL, Phase.TALKING, there="reached"))
    assert world.state() is S.TALKING
    assert world.counted().dials == 1


@pytest.mark.parametrize(
    ("said", "then"),
    [(DialResult.MACHINE, S.SCHEDULED), (DialResult.WRONG_PERSON, S.GIVEN_UP)],
)
@pytest.mark.parametrize("heard_before", [True, False])
def test_what_her_nurse_has_said_of_it_while_nobody_heard(
    world: Promises, said: DialResult, then: CallbackState, *, heard_before: bool
) -> None:
    bring_to(world, S.TALKING)
    if heard_before:
        world.tell(DialEnded(contact=CALL, result=said))
    world.loses_the_switch()
    world.see(there(CALL, Phase.AFTER, there=said))
    world.hangs_up(CALL)
    assert (world.state(), world.callback().talked) == (then, None)
    assert [a.result for a in world.callback().attempts] == [said]
    world.see(there(CALL, Phase.AFTER, there=said))  # the channel is there still: an echo
    assert [a.result for a in world.callback().attempts] == [said]


@pytest.mark.parametrize("switch", ["a", "b"])
def test_who_only_stands_in_line_has_no_channel_to_miss(switch: str) -> None:
    world = Promises()
    world.books()
    world.after(0)
    world.see(switch=switch)
    assert (world.state(), world.line()) == (S.WAITING, ["b1-1.0"])
    assert world.callback().attempts == ()


def test_a_call_that_was_ordered_just_now_may_not_be_there_yet(world: Promises) -> None:
    """The gateway may not have begun it: it does so as long as the command is valid."""
    world.now += 6_999
    world.see()
    assert world.state() is S.RINGING
    world.now += 1
    world.see()
    assert world.state() is S.SCHEDULED


def test_the_class_on_the_channel_does_not_move_a_callback() -> None:
    world = Promises()
    world.books()
    world.after(0)
    world.works()
    before = world.contact(CALL)
    world.see(there(CALL, Phase.OFFER, priority_class="staff", offer=before.offer))
    assert world.contact(CALL).key == before.key
    assert world.contact(CALL).priority_class == "medical"


# -- commands ------------------------------------------------------------------------------------


def call_nurse(world: Promises) -> str:
    [command] = [c for c in world.commands if isinstance(c, CallNurse)]
    return command.id


def test_a_command_that_failed_rings_nobody_until_the_truth_is_known(world: Promises) -> None:
    world.signs_in("n2")
    offer = world.offer_of(CALL)
    world.is_ready("n2")
    world.tell(CommandFailed(command=offer, reason="no_channel"))
    assert (world.state(), world.rung()) == (S.WAITING, [])
    assert world.wanted()
    world.see()
    assert len(world.rung()) == 1
    assert world.callback().attempts == ()


def test_a_command_of_which_nobody_knows_is_an_attempt_if_it_left_no_channel(
    world: Promises,
) -> None:
    world.tell(CommandUnknown(command=world.offer_of(CALL)))
    assert world.state() is S.RINGING
    world.see()
    assert [a.result for a in world.callback().attempts] == [DialResult.UNKNOWN]


def test_a_number_that_nobody_can_read_is_given_up(world: Promises) -> None:
    world.tell(CommandFailed(command=world.offer_of(CALL), reason="unsealable"))
    assert world.state() is S.GIVEN_UP
    assert world.callback().attempts[0].result is DialResult.INVALID
    assert world.nurse("n1").state is NurseState.READY


def patient_first() -> tuple[Promises, str, CallPatient]:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    name = world.keeps("c1")
    command = until_rung(world, name)
    assert command is not None
    return world, name, command


def test_a_patient_who_could_not_be_rung_stands_in_line_again() -> None:
    world, name, command = patient_first()
    world.tell(CommandFailed(command=command.id, reason="refused"))
    assert world.state(name) is S.WAITING
    assert world.contact_state(name) is ContactState.WAITING
    assert world.wanted()


@pytest.mark.parametrize("known", ["unknown", "unsealable"])
def test_of_a_patient_who_may_have_been_rung(known: str) -> None:
    world, name, command = patient_first()
    if known == "unknown":
        world.tell(CommandUnknown(command=command.id))
        world.see(seen("other", Phase.TALKING, nurse=NurseId("n1")))
        assert world.callback(name).attempts[0].result is DialResult.UNKNOWN
        assert world.state(name) is S.SCHEDULED
    else:
        world.tell(CommandFailed(command=command.id, reason="unsealable"))
        assert world.state(name) is S.GIVEN_UP


def test_a_patient_who_is_still_being_rung_is_left_so() -> None:
    world, name, command = patient_first()
    world.tell(CommandUnknown(command=command.id))
    world.see(
        there(command.contact, Phase.CALLING, nurse="n1"),
        seen("other", Phase.TALKING, nurse=NurseId("n1")),
    )
    assert world.state(name) is S.DIALLING
    assert not world.contact(command.contact).doubt


def test_a_patient_of_whom_nothing_is_heard_is_asked_about() -> None:
    world, _name, command = patient_first()
    backstop = world.contact(command.contact).backstop
    assert backstop is not None
    world.after(backstop - world.now)
    assert world.contact(command.contact).doubt
    assert world.wanted()


# -- late words, lost ones ---------------------------------------------------------------


def test_a_word_of_an_earlier_call_is_none_of_the_present_one(world: Promises) -> None:
    world.is_tried(DialResult.BUSY)
    world.after(10 * MINUTE)
    assert world.call() == "b1-2.0"
    for event in (PatientDialled(contact=CALL), PatientAnswered(contact=CALL)):
        assert world.refuses(event)
    assert world.refuses(DialEnded(contact=CALL, result=DialResult.INVALID))
    assert world.state() is S.RINGING


def test_the_check_finds_nothing_overlooked_in_any_state(world: Promises) -> None:
    world.books("b2", after=HOUR)
    world.tell(CallbackOverlooked(callback=CallbackId("b2")))
    for step in (world.answers, world.dials, world.reaches, world.is_over):
        assert world.refuses(CallbackOverlooked(callback=CallbackId("b1")))
        step()
    assert world.refuses(CallbackOverlooked(callback=CallbackId("b1")))
    assert world.counted().overlooked == 0


@pytest.mark.parametrize("state", [S.SCHEDULED, S.DUE, S.WAITING, S.RINGING, S.TALKING])
def test_what_a_bug_has_lost_is_brought_forward_and_counted(state: CallbackState) -> None:
    world = Promises()
    world.books(after=HOUR)
    lost = replace(world.callback(), state=state, due_at=None, held_by="gone", now="b1-7.0")
    world.board.put_callback(lost)
    world.tell(CallbackOverlooked(callback=CallbackId("b1")))
    assert world.counted().overlooked == 1
    assert world.callback().due_at is not None
    world.after(10 * MINUTE)
    assert world.state() is S.WAITING


# -- supervisors ---------------------------------------------------------------------------


def test_a_callback_that_is_moved_to_another_line_stays_in_it() -> None:
    world = Promises({"n1": "ar"})
    world.books()
    world.after(0)
    booked = world.counted().booked
    world.tell(ContactMoved(contact=CALL, language=AR, actor="t", reason="r"))
    assert (world.callback().language, world.callback().wanted) == (AR, SV)
    assert world.counted().booked == booked
    world.works()
    world.is_tried(DialResult.BUSY)
    world.after(10 * MINUTE)
    assert world.contact("b1-2.0").language == AR


def test_a_callback_is_not_classed_withdrawn_or_kept() -> None:
    world = Promises()
    world.books()
    world.after(0)
    for event in (
        ContactClassed(contact=CALL, priority_class="staff", actor="t", reason="r"),
        ContactWithdrawn(contact=CALL, actor="t", reason="r"),
        PlaceKept(contact=CALL),
    ):
        assert world.refuses(event)


def test_a_call_that_was_ordered_just_now_ends_with_its_switch_if_it_is_not_made_anew(
    world: Promises,
) -> None:
    world.see(switch="b")
    assert world.state() is S.RINGING
    world.now += 7_000
    world.see(switch="b")
    assert [a.result for a in world.callback().attempts] == [DialResult.UNKNOWN]


def test_who_was_rung_first_and_talks_to_a_nurse_was_reached_whoever_saw_it() -> None:
    world, name, command = patient_first()
    world.hangs_up("other")
    world.connects(command.contact, "n1")
    assert world.state(name) is S.TALKING
    world.is_over(name)
    assert world.callback(name).done is Done.TALKED


def test_a_callback_that_is_moved_is_no_caller_of_another_line() -> None:
    world = Promises()
    world.books()
    world.after(0)
    world.tell(ContactMoved(contact=CALL, language=AR, actor="t", reason="r"))
    assert (world.tally(AR, "medical").queued, world.tally(SV, "medical").moved) == (0, 0)
