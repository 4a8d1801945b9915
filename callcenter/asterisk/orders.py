"""Orders: the gateway's commands, carried out in their order, each ending in an event.

`CommandStarted` is journalled before anything is done, and progress is noted in the same
step. So a gateway that starts again knows what an earlier one had begun and not
finished: nobody can say whether that happened, and `CommandUnknown` says just that.
"""

from collections.abc import Callable, Sequence
from functools import partial

import structlog
from prometheus_client import Counter

from callcenter.acd.commands import AnyCommand, LookUpChannels
from callcenter.acd.events import (
    AnyEvent,
    CommandDone,
    CommandFailed,
    CommandStarted,
    CommandUnknown,
)
from callcenter.acd.ids import EntryId, Millis, NodeId, entry_key
from callcenter.asterisk import executor
from callcenter.asterisk.ami.connection import Connection
from callcenter.asterisk.ami.errors import AMIError
from callcenter.asterisk.ami.messages import Response
from callcenter.asterisk.executor import Planned, Refused
from callcenter.journal.codec import decode_command
from callcenter.journal.journal import Journal, Mark
from callcenter.journal.patience import Patience, Stopped

log = structlog.get_logger()

_BLOCK: Millis = 500
_ACTION_S = 5.0

COMMANDS = Counter(
    "callcenter_commands_total", "Commands carried out, by outcome", ["type", "outcome"]
)


class Orders:
    """The command loop of one node's gateway."""

    def __init__(
        self,
        node: NodeId,
        journal: Journal,
        patience: Patience,
        *,
        plan: Callable[[Sequence[AnyCommand], Millis], list[Planned | Refused]],
        acting: Callable[[], Connection],
        look_up: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            plan: What to send for some commands, by what is seen now.
            acting: The connection for actions; raises `AMIDisconnected` while there is none.
            look_up: Ask for a `ChannelsSeen`; raises `AMIError`.
        """
        self._node = node
        self._journal = journal
        self._patience = patience
        self._plan = plan
        self._acting = acting
        self._look_up = look_up

    def run(self) -> None:
        """Carry out commands until the process is asked to stop."""
        stopping = self._patience.stopping
        while self._journal.clock.now() == 0 and not stopping.wait(0.05):
            pass  # no stamp was seen yet: nothing could be called stale
        try:
            position = self._resume()
            while not stopping.is_set():
                position = self._round(position)
        except Stopped:
            pass
        except Exception as error:
            # Without commands no caller is ever served: better a new process at once.
            log.error("orders have failed, ending the gateway", exc_info=error)
            stopping.set()

    def _read(self, after: str) -> list[tuple[str, bytes]]:
        return self._patience.retry(partial(self._journal.commands, self._node, after, _BLOCK))

    def _tell(self, events: Sequence[AnyEvent], mark: Mark) -> None:
        self._patience.retry(partial(self._journal.append, *events, mark=mark))

    def _resume(self) -> str:
        """What an earlier gateway started and did not finish is in doubt."""
        done, started = self._patience.retry(lambda: self._journal.progress(self._node))
        while done != started:
            doubtful = [pair for pair in self._read(done) if _key(pair[0]) <= _key(started)]
            if not doubtful:
                break
            done = doubtful[-1][0]
            self._tell(
                [CommandUnknown(command=decode_command(data).id) for _, data in doubtful],
                Mark(node=self._node, field="done", stream_id=done),
            )
        return done

    def _round(self, position: str) -> str:
        """Carry out what is there, at most one command for each contact."""
        commands: list[AnyCommand] = []
        contacts: set[str] = set()
        for stream_id, data in self._read(position):
            command = decode_command(data)
            contact = getattr(command, "contact", None)
            if contact in contacts:
                break  # what became of the first one must be known before
            if contact is not None:
                contacts.add(contact)
            commands.append(command)
            position = stream_id
        if commands:
            self._carry_out(commands, position)
        return position

    def _carry_out(self, commands: list[AnyCommand], upto: str) -> None:
        sending: list[tuple[AnyCommand, Planned]] = []
        ended: list[AnyEvent] = []
        plans = self._plan(commands, self._journal.clock.now())
        for command, planned in zip(commands, plans, strict=True):
            if isinstance(planned, Planned):
                sending.append((command, planned))
            else:
                ended.append(CommandFailed(command=command.id, reason=planned.reason))
                COMMANDS.labels(type(command).__name__, planned.reason).inc()
        if sending:
            self._tell(
                [CommandStarted(command=command.id) for command, _ in sending],
                Mark(node=self._node, field="started", stream_id=upto),
            )
            ended += self._send(self._still_right(sending, ended))
        self._tell(ended, Mark(node=self._node, field="done", stream_id=upto))

    def _still_right(
        self, sending: list[tuple[AnyCommand, Planned]], ended: list[AnyEvent]
    ) -> list[tuple[AnyCommand, Planned]]:
        """What may be sent still: the journal may have kept us waiting for a minute, and the
        caller may talk to somebody by now. The others end as failed.
        """
        plans = self._plan([command for command, _ in sending], self._journal.clock.now())
        right: list[tuple[AnyCommand, Planned]] = []
        for (command, _), planned in zip(sending, plans, strict=True):
            if isinstance(planned, Planned):
                right.append((command, planned))
            else:
                ended.append(CommandFailed(command=command.id, reason=planned.reason))
                COMMANDS.labels(type(command).__name__, planned.reason).inc()
        return right

    def _send(self, sending: list[tuple[AnyCommand, Planned]]) -> list[AnyEvent]:
        ended: list[AnyEvent] = []
        for command, planned in list(sending):
            if planned.unless_bridged is not None and self._bridged(planned.unless_bridged):
                sending.remove((command, planned))
                ended.append(CommandFailed(command=command.id, reason="talking"))
                COMMANDS.labels(type(command).__name__, "talking").inc()
        actions = [action for _, planned in sending for action in planned.actions]
        outcomes: list[Response | AMIError] = []
        if actions:
            try:
                outcomes += self._acting().call_many(actions, _ACTION_S)
            except AMIError as error:
                outcomes += [error] * len(actions)
        for command, planned in sending:
            mine = [outcomes.pop(0) for _ in planned.actions]
            if isinstance(command, LookUpChannels):
                event = self._asked(command)
            else:
                event = executor.verdict(command, planned, mine)
            COMMANDS.labels(type(command).__name__, _word(event)).inc()
            contact = getattr(command, "contact", None)
            log.info(
                "command", type=type(command).__name__, command=command.id,
                contact=contact, outcome=_word(event),
            )  # fmt: skip
            ended.append(event)
        return ended

    def _bridged(self, channel: str) -> bool:
        """Whether Asterisk says that `channel` talks; also if it cannot be asked."""
        try:
            answer = self._acting().call(
                "Getvar", {"Channel": channel, "Variable": "BRIDGEPEER"}, _ACTION_S
            )
        except AMIError:
            return True
        return bool(answer.get("Value"))

    def _asked(self, command: LookUpChannels) -> AnyEvent:
        try:
            self._look_up()
        except AMIError:
            return CommandFailed(command=command.id, reason="no_switch")
        return CommandDone(command=command.id)


def _word(event: AnyEvent) -> str:
    if isinstance(event, CommandFailed):
        return event.reason
    return "done" if isinstance(event, CommandDone) else "unknown"


def _key(stream_id: str) -> tuple[int, int]:
    return entry_key(EntryId(stream_id))
