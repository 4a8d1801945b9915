"""Silence between two sounds is a sound itself."""

from pathlib import Path

from structlog.testing import capture_logs

from callcenter.asterisk.silence import Silence


def test_a_silence_lasts_as_long_as_it_was_asked_for_in_a_law(tmp_path: Path) -> None:
    path = Silence(tmp_path / "silence").find(1500)

    assert path == str(tmp_path / "silence" / "1500")
    data = Path(path + ".alaw").read_bytes()
    assert (len(data), set(data)) == (1500 * 8, {0xD5})


def test_it_is_rounded_up_to_a_tenth_of_a_second_and_written_once(tmp_path: Path) -> None:
    silence = Silence(tmp_path)
    path = silence.find(4_001)
    assert path == str(tmp_path / "4100")

    Path(path + ".alaw").unlink()
    assert silence.find(4_100) == path
    assert list(tmp_path.iterdir()) == []


def test_no_time_is_no_silence_and_hours_are_none_either(tmp_path: Path) -> None:
    silence = Silence(tmp_path)
    assert [silence.find(ms) for ms in (0, -5, 3_600_000)] == [None, None, None]
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_written_there_is_none_and_it_is_logged(tmp_path: Path) -> None:
    (tmp_path / "silence").write_text("in the way")
    with capture_logs() as lines:
        assert Silence(tmp_path / "silence").find(1_000) is None
    assert [line["event"] for line in lines] == ["silence cannot be written"]
