"""Session: one FastAGI dialogue, pyst2's vocabulary over a socket with deadlines.

Every method either returns, or raises `Hangup` (the channel is gone) or
`AGIProtocolError` (the peer is no good); in both cases the handler just returns, and the
dialplan goes on where it is prepared to.
"""

import socket
import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from asterisk.agi import AGI, AGIDBError, AGIInvalidCommand, AGIUsageError

from callcenter.asterisk.agi import answer, command
from callcenter.asterisk.agi.command import Argument
from callcenter.asterisk.agi.errors import AGIProtocolError, Hangup
from callcenter.asterisk.agi.lines import Lines
from callcenter.asterisk.agi.request import MOST_BYTES, MOST_LINES, Request, parse

Result = dict[str, tuple[str, str]]

HEADER_SECONDS: Final = 3.0
COMMAND_SECONDS: Final = 5.0

# A context that the dialplan does not have: no key pressed in `ask` leads anywhere by itself.
_NO_KEYS: Final = "cc-no-keys"
# Sounds that end so much earlier than they last have not all been played.
_EARLY_SECONDS: Final = 0.5

_log = structlog.get_logger()


class Session(AGI):  # type: ignore[misc]
    """One channel for as long as Asterisk lends it.

    pyst2's other methods (`answer`, `say_digits`, `verbose` ...) work too, and what they
    send is quoted, but they have only the deadline of a command that plays nothing.

    Attributes:
        request: What is asked for.
    """

    def __init__(
        self,
        sock: socket.socket,
        *,
        header_seconds: float = HEADER_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
    ) -> None:
        """Read the header block. The socket stays the caller's to close.

        Args:
            header_seconds: For the whole block, however slowly it drips.
            command_seconds: For an answer, beyond the time that the command itself takes.

        Raises:
            AGIProtocolError, AGITimeout: The block is not one, is too long or too slow.
            Hangup: The stream ended before the block did.
        """
        # Not `super().__init__`: it sets a signal handler and writes the caller to stderr.
        self.stdin = self.stdout = self.stderr = None
        self._got_sighup = False
        self._hung_up = False
        self._lines = Lines(sock)
        self._command_seconds = command_seconds
        self._deadline = time.monotonic() + header_seconds
        self.request: Request = self._get_agi_env()
        self.env = self.request.env

    @property
    def path(self) -> str:
        """The path of the URL, such as "/ivr/public"."""
        return self.request.path

    def stream_file(
        self, path: str, escape_digits: str = "", *, playing_seconds: float = 60.0
    ) -> str:
        """Play a sound file; the key that ended it, or "".

        A file that cannot be opened is logged and counts as played. Asterisk says
        `result=-1 endpos=0` of it, as of a hang-up at the very start, so the channel is asked.

        Args:
            path: Without the extension.
            playing_seconds: How long it may play at most.
        """
        self._deadline = time.monotonic() + playing_seconds + self._command_seconds
        self.send_command("STREAM FILE", self._quote(path), self._quote(escape_digits))
        found = self._read_result()
        if found["result"][0] == "-1" and found.get("endpos", ("", ""))[0] == "0":
            self.execute("CHANNEL STATUS")
            _log.error("prompt cannot be played", path=path)
            return ""
        return answer.key(self._alive(found)["result"][0])

    def ask(self, paths: Sequence[str], timeout_ms: int, *, playing_seconds: float) -> str:
        """Play sounds one after another until a key is pressed; that key, or "".

        One command, so that no key is lost between two sounds: while Asterisk waits for the
        next command it reads the keys that come, and drops them. The time to think belongs to
        the sounds: let the last of them be silence. (`GET DATA` plays one file only, and
        cannot tell # from silence; commands sent ahead are not seen by Asterisk 22, which
        buffers what it reads and then waits for more.)

        Args:
            paths: Without the extension. A sound that cannot be opened ends the playing:
                then it is logged, and a key is waited for `timeout_ms`.
            playing_seconds: How long all of them play.

        Raises:
            ValueError: A path has a character that means something to Asterisk.
        """
        names = command.files(paths)
        began = time.monotonic()
        found = self.execute(
            "EXEC", "BackGround", self._quote(f"{names},n,,{_NO_KEYS}"), seconds=playing_seconds
        )
        key = answer.key(self._ran(found)["result"][0])
        if not key and not self._played("BACKGROUNDSTATUS", began, playing_seconds) and timeout_ms:
            return self.wait_for_digit(timeout_ms)
        return key

    def play(self, paths: Sequence[str], *, playing_seconds: float) -> None:
        """Play sounds one after another to their end; keys change nothing, and are dropped.

        A sound that cannot be opened is passed over and logged.

        Args:
            paths: Without the extension.
            playing_seconds: How long all of them play.

        Raises:
            ValueError: A path has a character that means something to Asterisk.
        """
        names = command.files(paths)
        began = time.monotonic()
        self._ran(
            self.execute(
                "EXEC", "Playback", self._quote(f"{names},noanswer"), seconds=playing_seconds
            )
        )
        self._played("PLAYBACKSTATUS", began, playing_seconds)

    def wait_for_digit(self, timeout: int = 2000) -> str:
        """Wait up to `timeout` milliseconds for a key; "" if none came.

        Raises:
            ValueError: A negative time would wait for ever.
        """
        if timeout < 0:
            raise ValueError("a wait for a key must end")
        found = self.execute("WAIT FOR DIGIT", timeout, seconds=timeout / 1000)
        return answer.key(found["result"][0])

    def get_data(
        self,
        filename: str,
        timeout: int = 2000,
        max_digits: int = 255,
        *,
        playing_seconds: float = 60.0,
    ) -> str:
        """Play a file and collect up to `max_digits` keys; each may take `timeout` milliseconds.

        # ends them and is left out. One file only: Asterisk does not split it at `&` here.
        """
        seconds = playing_seconds + max_digits * timeout / 1000
        found = self.execute(
            "GET DATA", self._quote(filename), timeout, max_digits, seconds=seconds
        )
        keys = found["result"][0]
        if not set(keys) <= set(answer.KEYS):
            raise AGIProtocolError("the answer names no keys")
        return keys

    def collect(self, timeout_ms: int, most: int) -> str:
        """Up to `most` keys, each within `timeout_ms`; # ends them and is left out."""
        return self.get_data("", timeout_ms, most, playing_seconds=0)

    def get_variable(self, name: str) -> str | None:
        """The variable's value, `None` if it is not set."""
        found = self.execute("GET VARIABLE", self._quote(command.check_variable(name)))
        flag, value = found["result"]
        return value if flag == "1" else None

    def set_variable(self, name: str, value: Argument) -> None:
        """Set a channel variable, or CALLERID(), CHANNEL() or TIMEOUT().

        Raises:
            ValueError: An odd name, or a line break in the value; nothing was sent.
        """
        self.execute("SET VARIABLE", self._quote(command.check_variable(name)), self._quote(value))

    def set_variables(self, values: Mapping[str, str]) -> None:
        """Set several variables in one command, in their order.

        Raises:
            ValueError: An odd name, or a value with a comma, a quote, a backslash or a line
                break; nothing was sent.
        """
        if values:
            self._ran(self.execute("EXEC", "MSet", self._quote(command.assignments(values))))

    def exec_command(self, command_name: str, *args: Argument, seconds: float = 0.0) -> Result:
        """Run a dialplan application (AGI's EXEC) that takes up to `seconds`.

        Raises:
            ValueError: An odd name; a comma in an argument, which would make two of it.
            AGIProtocolError: There is no such application.
        """
        texts = [str(arg) for arg in args]
        if any("," in text for text in texts):
            raise ValueError("AGI application argument with a comma")
        name = command.check_application(command_name)
        return self._ran(self.execute("EXEC", name, self._quote(",".join(texts)), seconds=seconds))

    def database_get(self, family: str, key: str) -> str:
        """A value of Asterisk's own database.

        Raises:
            AGIDBError: There is none.
        """
        flag, value = self.execute("DATABASE GET", self._quote(family), self._quote(key))["result"]
        if flag != "1":
            raise AGIDBError("no such key in Asterisk's database")
        return value

    def hangup(self, channel: str = "") -> None:
        """Hang up the channel; from here on everything raises `Hangup`."""
        try:
            self.execute("HANGUP", channel)
        except Hangup:
            pass  # that is what was asked for
        finally:
            self._hung_up = True

    def execute(self, command_name: str, *args: Argument, seconds: float = 0.0) -> Result:
        """Send an AGI command that takes up to `seconds` itself; its answer.

        Raises:
            Hangup: The channel is gone.
            AGIProtocolError, AGITimeout: No proper answer, or none in time.
            AGIInvalidCommand, AGIUsageError: Asterisk does not know such a command.
            ValueError: An argument cannot be sent; nothing was.
        """
        self._deadline = time.monotonic() + seconds + self._command_seconds
        self.send_command(command_name, *args)
        return self.get_result()

    def test_hangup(self) -> None:
        """Raises Hangup if the channel is known to be gone."""
        if self._hung_up:
            raise Hangup("the channel is gone")

    def look(self) -> None:
        """Notice, without a command, that the channel has gone meanwhile.

        Raises:
            Hangup: It has.
            AGIProtocolError: Something that was not asked for has come.
        """
        self.test_hangup()
        try:
            spoken = self._lines.unread()
        except Hangup:
            self._hung_up = True
            raise
        if spoken:
            self._read_line()
            raise AGIProtocolError("the peer spoke out of turn")

    def send_command(self, command_name: str, *args: Argument) -> None:
        """Send one line; the answer must have been read before.

        Raises:
            AGIProtocolError: Something that was not asked for has come: the end of a value
                with line breaks in it, for which no answer can be trusted any more.
            Hangup, ValueError: As for `execute`.
        """
        line = command.render(command_name, *args)
        self.look()
        self._lines.write(line, self._deadline)

    def get_result(self, *_: object) -> Result:
        """Read the answer to the command. Raises as `execute` does."""
        return self._alive(self._read_result())

    def _ran(self, found: Result) -> Result:
        """The answer to EXEC of an application that there is."""
        if found["result"][0] == "-2":
            raise AGIProtocolError("there is no such application")
        return found

    def _played(self, status: str, began: float, seconds: float) -> bool:
        """Whether all sounds could be opened; asked only if they ended too early."""
        if time.monotonic() - began > seconds - _EARLY_SECONDS:
            return True
        if self.get_variable(status) != "FAILED":
            return True
        _log.error("prompt cannot be played", stage="ivr")
        return False

    def _alive(self, found: Result) -> Result:
        if found["result"][0] == "-1" or found["result"][1] == "hangup":
            self._hung_up = True
            raise Hangup("the command ended with the channel")
        return found

    def _read_result(self) -> Result:
        status = answer.status(self._read_line())
        while status.code == 100:  # "Trying", the answer follows
            status = answer.status(self._read_line())
        if status.code == 200:
            return answer.result(self._whole(status.text))
        if status.code == 511:
            self._hung_up = True
            raise Hangup("the channel is dead")
        if status.code == 510:
            raise AGIInvalidCommand("Asterisk does not know this command")
        if status.code == 520:
            self._skip_usage(status)
            raise AGIUsageError("Asterisk wants other arguments")
        raise AGIProtocolError(f"the answer has the code {status.code}")

    def _get_agi_env(self) -> Request:
        lines: list[str] = []
        size = 0
        while line := self._lines.read(self._deadline):
            lines.append(line)
            size += len(line)
            if len(lines) > MOST_LINES or size > MOST_BYTES:
                raise AGIProtocolError("the header block is too long")
        return parse(lines)

    def _read_line(self) -> str:
        try:
            line = self._lines.read(self._deadline)
            if line == "HANGUP":
                raise Hangup("Asterisk sent HANGUP")
        except Hangup:
            self._hung_up = True
            raise
        return line

    def _whole(self, text: str) -> str:
        """`text` with the lines that belong to a value with line breaks in it."""
        lines = 0
        while answer.is_cut(text):
            lines += 1
            if lines > MOST_LINES or len(text) > MOST_BYTES:
                raise AGIProtocolError("a value beyond the size limit")
            text += "\n" + self._lines.read(self._deadline)
        return text

    def _skip_usage(self, status: answer.Status) -> None:
        lines = 0
        while status.goes_on:
            line = self._read_line()
            if line.startswith("520 "):
                return
            lines += 1
            if lines > MOST_LINES:
                raise AGIProtocolError("a usage text beyond the size limit")

    def _quote(self, string: Argument) -> command.Quoted:
        return command.quote(string)
