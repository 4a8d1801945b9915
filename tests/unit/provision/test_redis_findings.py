"""The same on a real Redis is in tests/integration/test_provision.py."""

import socket
import threading
from pathlib import Path

from callcenter.provision.redis_findings import durability, redis_findings, socket_folder
from callcenter.settings import Settings
from callcenter.store import DURABLE


def test_a_redis_that_does_not_run_is_said_to_be_so(tmp_path: Path) -> None:
    (finding,) = redis_findings(Settings(home=tmp_path))

    assert (finding.version, finding.ok) == ("not running", True)


def test_a_redis_that_keeps_what_it_acknowledged_is_well() -> None:
    finding = durability(DURABLE, "here")

    assert finding.level == "ok"
    assert finding.version == "appendonly yes, appendfsync always, maxmemory-policy noeviction"


def test_a_redis_that_forgets_must_be_mended() -> None:
    forgetful = {**DURABLE, "appendonly": "no", "maxmemory-policy": "allkeys-lru"}

    finding = durability(forgetful, "here")

    assert not finding.ok
    assert finding.mend == (
        "set appendonly yes, maxmemory-policy noeviction (CONFIG SET, then CONFIG REWRITE)"
    )


def test_a_socket_that_others_may_reach_must_be_mended(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert not socket_folder(tmp_path).ok
    assert socket_folder(tmp_path).mend == f"chmod 700 '{tmp_path}'"

    tmp_path.chmod(0o700)
    assert socket_folder(tmp_path).level == "ok"


def test_a_server_that_refuses_is_a_finding_and_not_a_crash(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.redis_socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(settings.redis_socket))
        server.listen()

        def refuse() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    client.sendall(b"-NOAUTH Authentication required.\r\n")

        threading.Thread(target=refuse, daemon=True).start()
        (finding,) = redis_findings(settings)
        server.shutdown(socket.SHUT_RDWR)
    settings.redis_socket.unlink()

    assert not finding.ok
    assert finding.mend.startswith("does not answer")


def test_the_address_of_a_redis_of_ones_own_is_never_shown(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, redis_url="redis://user:secret@127.0.0.1:9/0")

    (finding,) = redis_findings(settings)

    assert finding.where == "CALLCENTER_REDIS_URL"
    assert "secret" not in repr(finding)
