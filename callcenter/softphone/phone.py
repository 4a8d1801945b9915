"""Phone: one SIP softphone, a baresip process that we control.

    account = Account(user="+46701234567", server="127.0.0.1:15060")
    with Phone(account, address="127.0.0.2") as caller:
        call = caller.dial("1177").wait(CallState.UP)
        caller.send_dtmf("2")
        assert call.heard_tone(660)

It has one line: while it is on a call, the next caller gets 486 Busy Here. It needs no
sound card: it says what is in a wav, over and over, and records what it hears.
"""

import atexit
import contextlib
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from callcenter.settings import Settings
from callcenter.softphone.account import SAY, Account
from callcenter.softphone.call import Call, CallState
from callcenter.softphone.link import Link, LinkLost, Refused
from callcenter.softphone.logbook import Logbook
from callcenter.softphone.process import PhoneProcess
from callcenter.softphone.routine import Routine
from callcenter.softphone.speech import prepare

_LIFE_SECONDS: Final = 8 * 3600
_RTP_PORTS: Final = (28000, 31999)  # clear of the service's own and of the ephemeral ports
_KEY_GAP_SECONDS: Final = 0.25


class NotRegistered(Exception):
    """The registrar refused, or did not answer; the text is its reason, as in "401 ..."."""


class Phone:
    """One phone. All methods may be called from any thread; they block, with a time-out.

    Attributes:
        account: Who it says it is.
        folder: Where its recordings are.
    """

    def __init__(
        self,
        account: Account,
        *,
        address: str = "127.0.0.1",
        say: Path | int = 0,
        folder: Path | None = None,
        settings: Settings | None = None,
        rtp_ports: tuple[int, int] = _RTP_PORTS,
        trace: bool = False,
    ) -> None:
        """Start the process; nothing is registered yet.

        Args:
            address: What SIP is bound to: 127.0.0.1 for nurses, 127.0.0.2 for "the carrier".
            say: A mono 16-bit wav to play, a tone's frequency in hertz, or 0 for silence.
            folder: Where the last 50 recordings stay; `None` means one that `close` removes.
            trace: Keep every SIP message in `baresip.log` in the folder.

        Raises:
            MissingProgram: There is no baresip on this machine.
            PhoneFailed: It did not start.
            ValueError: The account or the wav will not do.
            OSError: The folder or the address will not do.
        """
        self.account = account
        self._line = account.line()
        self._commands = threading.Lock()
        self._account_made = False
        self._routine = Routine()
        self._closed = False
        self._temporary = None
        if folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="phone-")
            folder = Path(self._temporary.name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._log = Logbook(folder)
        self._say_seconds = prepare(say, folder / SAY)
        self._said = 1
        self._process = PhoneProcess(
            folder, settings or Settings.from_environment(), life_seconds=_LIFE_SECONDS, trace=trace
        )
        self._link = self._process.start(address, rtp_ports, self._connect)
        atexit.register(self.close)
        if account.password is None:
            try:
                self._make_account()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid

    @property
    def registered(self) -> bool:
        """Whether the registrar's last word was 200."""
        return self._log.registered is True

    @property
    def calls(self) -> list[Call]:
        """Every call so far, the oldest first."""
        with self._log.changed:
            return list(self._log.calls)

    @property
    def events(self) -> list[tuple[float, str, dict[str, object]]]:
        """Every event so far: seconds of the monotonic clock, type, everything."""
        with self._log.changed:
            return list(self._log.events)

    @property
    def call(self) -> Call | None:
        """The present call, ringing or answered."""
        return self._log.present

    @property
    def state(self) -> str:
        """ "gone", "idle", or the present call's state."""
        if self._log.lost:
            return "gone"
        call = self.call
        return call.state if call else "idle"

    def register(self, timeout: float = 5.0) -> None:
        """Register, and again every 107 s or so by itself; returns when the registrar said 200.

        Raises:
            NotRegistered: The registrar refused, or was silent for `timeout` seconds.
            LinkLost: The process is gone.
        """
        self.unregister()
        self._make_account()
        log = self._log
        with log.changed:
            log.changed.wait_for(lambda: log.registered is not None, timeout)
            if not log.registered:
                raise NotRegistered(log.refusal or "the registrar does not answer")

    def unregister(self) -> None:
        """Take the registration back; a call that is up ends.

        Raises:
            LinkLost: The process is gone.
        """
        with self._commands:
            if self._account_made:
                self._link.ask("uadel", self.account.address)
                self._account_made = False
        with self._log.changed:
            self._log.registered = None
            self._log.refusal = ""

    def dial(self, user: str) -> Call:
        """Call `user` at the server; returns at once, then `Call.wait`.

        Raises:
            ValueError: `user` is not a number or a name.
            Refused: The phone is on a call.
            LinkLost: The process is gone.
        """
        uri = self.account.uri(user)
        if self.call is not None:
            raise Refused("the phone is on a call")
        self._log.dialling()
        return self._log.outgoing(self._link.ask("dial", uri).call_id)

    def wait_for_call(self, timeout: float = 10.0) -> Call:
        """The next incoming call that was not yet returned from here; it may be over already.

        Raises:
            TimeoutError: None came within `timeout` seconds.
        """
        return self._log.next_incoming(timeout)

    def answer(self, timeout: float = 30.0) -> Call:
        """Answer the call that rings; returns when it is up.

        Raises:
            Refused: None rings.
            CallOver: The caller left first.
            LinkLost: The process is gone.
        """
        call = self._ringing()
        self._link.ask("accept")
        return call.wait(CallState.UP, timeout)

    def decline(self, code: int = 486) -> None:
        """Refuse the call that rings.

        Raises:
            ValueError: A code other than 486, the only one that baresip 1.1 can decline with;
                for 480 see `refuse_calls`.
            Refused: None rings.
            LinkLost: The process is gone.
        """
        if code != 486:
            raise ValueError("baresip declines with 486 only")
        call = self._ringing()
        self._hang_up(call)

    def refuse_calls(self, code: int | None) -> None:
        """From now on refuse every call by itself; `None` takes calls again.

        Args:
            code: 486 (after 180 Ringing) or 480 (at once, baresip's "do not disturb").

        Raises:
            ValueError: Another code, which baresip 1.1 cannot send.
            LinkLost: The process is gone.
        """
        if code not in (None, 480, 486):
            raise ValueError("baresip refuses with 480 or 486 only")
        self._link.ask("dnd", "true" if code == 480 else "false")
        self._routine.decline = code == 486

    def auto_answer(self, after: float | None, talk: float | None = None) -> None:
        """From now on answer every call by itself, as a demo's nurse.

        Args:
            after: Seconds of ringing; `None` answers nothing any more.
            talk: Seconds until it hangs up; `None` waits for the caller to.
        """
        self._routine.answer_after, self._routine.talk = after, talk

    def send_dtmf(self, digits: str) -> None:
        """Press these keys, as RFC 4733 events; four a second.

        Raises:
            ValueError: A key is not one of 0-9, A-D, * and #.
            Refused: There is no call.
            LinkLost: The process is gone.
        """
        if not digits or set(digits) - set("0123456789ABCD*#"):
            raise ValueError("keys are 0-9, A-D, * and #")
        if self.call is None:
            raise Refused("there is no call")
        for place, digit in enumerate(digits):
            if place:
                time.sleep(_KEY_GAP_SECONDS)
            self._link.ask("sndcode", digit)

    def hang_up(self) -> None:
        """End the present call, or the attempt at one; nothing happens if there is none.

        Raises:
            LinkLost: The process is gone.
        """
        call = self.call
        if call is not None:
            self._hang_up(call)

    def kill(self) -> None:
        """End the process at once, with no BYE and no un-REGISTER; `close` it all the same."""
        self._process.kill()

    def close(self) -> None:
        """Hang up, unregister, end the process and remove the temporary folder. Twice is once."""
        with self._commands:
            if self._closed:
                return
            self._closed = True
        atexit.unregister(self.close)
        self._link.tell("quit")
        self._process.stop()
        self._link.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def _ringing(self) -> Call:
        call = self._log.ringing
        if call is None:
            raise Refused(f"no call rings here: {self._log.states() or 'none came'}")
        return call

    def _make_account(self) -> None:
        with self._commands:
            self._link.ask("uanew", self._line)
            self._account_made = True

    def _hang_up(self, call: Call) -> None:
        call.given_up = call.state is not CallState.ENDED
        try:
            self._link.ask("hangup")
        except Refused:  # the other end was quicker
            return
        with contextlib.suppress(TimeoutError):
            call.wait(CallState.ENDED, 2.0)

    def _connect(self, port: int) -> Link:
        return Link(port, on_event=self._log.take, on_tick=self._tick, on_lost=self._log.lose)

    def _tick(self, now: float) -> None:
        """In the reader's thread, ten times a second."""
        since = self._log.sound_since
        if since is None:
            self._said = 1
        elif now - since >= self._said * self._say_seconds:
            # At the end of its file baresip ends the call ("end of file"), so begin again.
            self._said += 1
            self._link.tell("ausrc", f"aufile,{SAY}")
        call = self.call
        command = self._routine.due(call, now) if call is not None else None
        if command is not None:
            self._link.tell(command)


__all__ = ["Account", "Call", "CallState", "LinkLost", "NotRegistered", "Phone", "Refused"]
