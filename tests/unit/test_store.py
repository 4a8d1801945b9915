"""The private Redis's configuration, and a client that repeats nothing by itself."""

import stat
from pathlib import Path

import pytest
from redis import exceptions
from redis.exceptions import RedisError

from callcenter.settings import Settings
from callcenter.store import DURABLE, Damaged, connect, reason, weaknesses, write_config


def config(settings: Settings) -> dict[str, str]:
    lines = write_config(settings).read_text().splitlines()
    pairs = [line.split(" ", 1) for line in lines]
    found = dict(pairs)
    assert len(found) == len(lines), "a setting stands there twice"
    return found


def test_it_listens_on_no_port_and_on_one_socket(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    found = config(settings)
    assert found["port"] == "0"
    assert found["unixsocket"] == f'"{settings.redis_socket}"'
    assert found["unixsocketperm"] == "700"


def test_every_write_is_on_disk_before_it_is_confirmed_and_no_key_is_evicted(
    tmp_path: Path,
) -> None:
    found = config(Settings(home=tmp_path))
    assert (found["appendonly"], found["appendfsync"]) == ("yes", "always")
    assert found["maxmemory-policy"] == "noeviction"


def test_its_data_lies_in_the_folder_that_survives_and_a_path_may_hold_spaces(
    tmp_path: Path,
) -> None:
    home = tmp_path / "my call center"
    found = config(Settings(home=home))
    assert found["dir"] == f'"{home / "data" / "redis"}"'
    assert (home / "data" / "redis").is_dir()


def test_only_the_owner_can_reach_socket_data_and_configuration(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    path = write_config(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (settings.run, settings.data, settings.data / "redis"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_socket_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.redis_socket.parent.mkdir(parents=True, mode=0o755)
    settings.redis_socket.parent.chmod(0o755)
    write_config(settings)
    assert stat.S_IMODE(settings.redis_socket.parent.stat().st_mode) == 0o700


def test_a_long_home_gets_its_socket_folder_elsewhere_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = tmp_path / "t"
    short.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(short))
    settings = Settings(home=tmp_path / ("x" * 120))
    write_config(settings)
    assert short in settings.redis_socket.parents
    assert stat.S_IMODE(settings.redis_socket.parent.stat().st_mode) == 0o700


def test_it_is_written_again_as_it_was(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert write_config(settings).read_text() == write_config(settings).read_text()


def test_a_client_connects_at_its_first_call_and_tries_once(tmp_path: Path) -> None:
    client = connect(Settings(home=tmp_path))
    with pytest.raises(RedisError):
        client.ping()
    assert client.get_connection_kwargs()["retry"].get_retries() == 0
    assert client.get_connection_kwargs()["path"] == str(Settings(home=tmp_path).redis_socket)


def test_an_operators_own_redis_is_taken_where_one_is_named() -> None:
    client = connect(Settings(redis_url="redis://192.0.2.7:6380/3"), timeout_s=2.0)
    known = client.get_connection_kwargs()
    assert (known["host"], known["port"], known["db"]) == ("192.0.2.7", 6380, 3)
    assert (known["socket_timeout"], known["socket_connect_timeout"]) == (2.0, 2.0)


class Configured:
    """A Redis that can be asked how it is set, and nothing else."""

    def __init__(self, **changed: str) -> None:
        self._have = DURABLE | {name.replace("_", "-"): value for name, value in changed.items()}

    def config_get(self, name: str) -> dict[str, str]:
        return {name: self._have[name]}


def test_a_redis_that_keeps_promises_has_no_weakness() -> None:
    assert weaknesses(Configured()) == []


def test_each_weakness_of_a_redis_is_a_sentence() -> None:
    found = weaknesses(Configured(appendfsync="everysec", maxmemory_policy="allkeys-lru"))
    assert found == [
        "Redis: set appendfsync to always (it is everysec).",
        "Redis: set maxmemory-policy to noeviction (it is allkeys-lru).",
    ]


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (exceptions.OutOfMemoryError("command not allowed"), "out_of_memory"),
        (exceptions.ResponseError("OOM command not allowed. script: cc_append"), "out_of_memory"),
        (exceptions.ResponseError("MISCONF Errors writing to the AOF file"), "disk"),
        (exceptions.ReadOnlyError("a replica"), "read_only"),
        (exceptions.BusyLoadingError("the dataset"), "loading"),
        (exceptions.TimeoutError("reading"), "slow"),
        (exceptions.ConnectionError("no socket"), "unreachable"),
        (exceptions.ResponseError("WRONGTYPE Operation against a key"), "damaged_key"),
        (Damaged("not an entry's id"), "damaged_key"),
        (exceptions.NoPermissionError("this user"), "refused"),
        (exceptions.ResponseError("ERR +46701740605"), "refused"),
    ],
)
def test_why_redis_failed_is_one_of_a_few_words_whatever_it_says(
    error: RedisError, word: str
) -> None:
    assert reason(error) == word
