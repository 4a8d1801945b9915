from pathlib import Path

import pytest

from callcenter.provision import doctor
from callcenter.provision.catalog import KINDS
from callcenter.provision.doctor import Finding, examine, render
from callcenter.settings import Settings
from tests.unit.provision.trees import script


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("callcenter.provision.host._SYSTEM", ())
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Settings(home=home, site=tmp_path / "site.yaml")


def about(part: str, settings: Settings) -> Finding:
    (finding,) = [finding for finding in examine(settings) if finding.part == part]
    return finding


def test_every_part_is_looked_at_even_where_nothing_is_installed(settings: Settings) -> None:
    findings = examine(settings)

    assert [finding.part for finding in findings] == [
        "python", "venv", "home", "site", "disk", *KINDS, "redis", "prompts", "text messages",
        "chromium",
    ]  # fmt: skip
    assert all(finding.mend for finding in findings if finding.level != "ok")
    assert render(findings).row_count == len(findings)


def test_a_missing_program_says_how_to_get_it(settings: Settings) -> None:
    finding = about("asterisk", settings)

    assert finding.level == "missing"
    assert "`callcenter up` fetches it" in finding.mend


def test_an_asterisk_of_an_untested_major_is_refused(settings: Settings, tmp_path: Path) -> None:
    script(tmp_path / "bin/asterisk", "Asterisk 23.0.0")

    finding = about("asterisk", settings)

    assert not finding.ok
    assert "only major version 22 is tested" in finding.mend


def test_a_program_that_runs_is_shown_with_its_version_and_place(
    settings: Settings, tmp_path: Path
) -> None:
    path = script(tmp_path / "bin/asterisk", "Asterisk 22.10.1")

    finding = about("asterisk", settings)

    assert (finding.level, finding.version) == ("ok", "22.10.1")
    assert finding.where == f"{path} (host)"


def test_a_home_that_others_may_read_must_be_mended(settings: Settings) -> None:
    settings.home.chmod(0o755)

    finding = about("home", settings)

    assert (finding.level, finding.version) == ("missing", "mode 0755")
    assert f"chmod 700 '{settings.home}'" in finding.mend


def test_a_home_of_ones_own_is_well(settings: Settings) -> None:
    assert about("home", settings).version == "mode 0700"


def test_a_home_that_is_not_there_yet_is_missing(settings: Settings) -> None:
    settings.home.rmdir()

    assert about("home", settings).level == "missing"


def test_the_site_must_be_there(settings: Settings) -> None:
    assert about("site", settings).level == "missing"
    settings.site.write_text("name: demo\n")
    assert about("site", settings).level == "ok"


@pytest.mark.parametrize(
    ("free", "level"), [(5_000_000_000, "ok"), (1_000_000_000, "warning"), (1_000_000, "missing")]
)
def test_little_room_is_a_warning_and_almost_none_a_stop(
    settings: Settings, free: int, level: str
) -> None:
    assert doctor._disk(settings.home, lambda _: free).level == level


def test_the_room_is_measured_where_a_home_will_be_made(tmp_path: Path) -> None:
    asked: list[Path] = []

    def free(place: Path) -> int:
        asked.append(place)
        return 10**12

    doctor._disk(tmp_path / "not" / "yet", free)

    assert asked == [tmp_path]


def test_an_old_python_is_refused() -> None:
    assert doctor._python((3, 10), "3.10.4").level == "missing"
    assert doctor._python((3, 14), "3.14.0").level == "ok"


def test_running_outside_a_virtual_environment_is_a_warning() -> None:
    finding = doctor._venv(Path("/usr"), Path("/usr"))

    assert finding.level == "warning"
    assert "deploy/bootstrap.sh" in finding.mend


def test_a_browser_is_optional(settings: Settings, tmp_path: Path) -> None:
    assert about("chromium", settings).ok
    script(tmp_path / "bin/chromium", "")
    assert about("chromium", settings).level == "ok"
