"""A nurse's phone and its Asterisk at the other end of an AGI dialogue, with a script."""

import re
import shutil
import socket
import threading
from pathlib import Path

from callcenter.asterisk.agi.session import Session

_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


class MessagePhone:
    """Types what the script says at each prompt, and speaks what it is given to record.

    Args:
        keys: Prompt to what is typed at it, one per time it comes up; nothing more: silence.
            The menu of languages is `menu`; what is pressed while the recording is played
            back is `playback`.
        speaks: A WAV for each recording; the last one again and again.
        leaves_at: The prompt at which the phone hangs up.
    """

    def __init__(
        self,
        nurse: str,
        keys: dict[str, list[str]],
        speaks: list[Path],
        *,
        leaves_at: str = "",
    ) -> None:
        self.heard: list[str] = []
        self.played: list[Path] = []  # sounds that are no prompts: the tone, what was recorded
        self.variables: dict[str, str] = {}
        self._keys = {place: list(typed) for place, typed in keys.items()}
        self._speaks = list(speaks)
        self._leaves_at = leaves_at
        ours, self._theirs = socket.socketpair()
        self._socket = ours
        head = ["agi_request: agi://127.0.0.1/message/record", f"agi_arg_1: {nurse}", "", ""]
        self._theirs.sendall("\n".join(head).encode())
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self.session = Session(ours)

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)
        self._theirs.close()

    def _serve(self) -> None:
        with self._theirs.makefile("rb") as lines:
            for line in lines:
                words = [quoted or bare for quoted, bare in _WORDS.findall(line.decode())]
                reply = self._answer(words)
                if not reply:
                    self._theirs.shutdown(socket.SHUT_RDWR)
                    return
                self._theirs.sendall(f"200 {reply}\n".encode())

    def _answer(self, words: list[str]) -> str:
        match words:
            case ["GET", "DATA", path, *_]:
                return self._ask(self._hear(path), "result={}")
            case ["EXEC", "BackGround", arguments]:
                for path in arguments.partition(",")[0].split("&"):
                    self._hear(path)
                return self._code("menu")
            case ["STREAM", "FILE", path, *_]:
                tone = Path(path).name == "tone"
                return self._code(self._hear(path) or ("tone" if tone else "playback"))
            case ["WAIT", "FOR", "DIGIT", *_]:
                return self._code("menu")
            case ["RECORD", "FILE", path, "wav", "#", *_]:
                speaks = self._speaks.pop(0) if len(self._speaks) > 1 else self._speaks[0]
                shutil.copy(speaks, f"{path}.wav")
                return "result=35 (dtmf) endpos=16000"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                return "result=1"
            case ["GET", "VARIABLE", *_]:
                return "result=1 (SUCCESS)"
        raise AssertionError(f"Asterisk would not know {words[:2]}")

    def _hear(self, path: str) -> str | None:
        """Note what is played; its name, `None` if it is no prompt."""
        found = Path(path)
        if "prompts" in found.parts:
            self.heard.append(f"{found.parent.name}/{found.name}")
            return found.name
        assert found.with_name(f"{found.name}.wav").is_file(), "a sound that is not there"
        self.played.append(found)
        return None

    def _ask(self, name: str | None, form: str) -> str:
        if name == self._leaves_at:
            return ""
        typed = self._keys.get(name or "")
        return form.format(typed.pop(0) if typed else "")

    def _code(self, name: str) -> str:
        if name == self._leaves_at:
            return ""
        typed = self._keys.get(name)
        key = typed.pop(0) if typed else ""
        return f"result={ord(key) if key else 0} endpos=8000"
