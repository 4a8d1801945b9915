"""Stock: what `callcenter prompts check` and a person with a microphone have to know."""

import shutil
from pathlib import Path

import pytest

from callcenter.settings import Settings
from callcenter.speech.jobs import recordings
from callcenter.speech.render import render
from callcenter.speech.stock import Stock, take_stock
from callcenter.speech.studio import Studio
from ivr_flows.prompts import Catalog
from tests.unit.speech.small_catalog import small_catalog

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stock")
    (home / "programs").symlink_to(Settings.from_environment().programs)
    render(Settings(home=home), lambda _line: None, small_catalog(home / "catalog"))
    return home


@pytest.fixture
def settings(rendered: Path, tmp_path: Path) -> Settings:
    shutil.copytree(rendered, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def catalog(settings: Settings) -> Catalog:
    return small_catalog(settings.home / "catalog")


def taken(settings: Settings, catalog: Catalog) -> dict[str, Stock]:
    return {stock.language: stock for stock in take_stock(settings, catalog)}


def record(settings: Settings, name: str) -> None:
    path = recordings(settings) / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    form = ["-n", "-r", "44100", "-c", "1", "-b", "16"]
    Studio(settings).sox(*form, str(path), "synth", "5", "sine", "500")


def test_each_language_says_what_it_has_and_how_far_it_is_reviewed(
    settings: Settings, catalog: Catalog
) -> None:
    found = taken(settings, catalog)

    assert list(found) == ["en", "so", "sv"]
    swedish, somali = found["sv"], found["so"]
    assert (swedish.sounds, swedish.synthetic, swedish.stand_ins) == (12, 12, 0)
    assert (somali.sounds, somali.synthetic, somali.stand_ins) == (11, 0, 11)
    assert (swedish.review, somali.review) == ("approved", "draft")
    assert swedish.longest is not None
    assert swedish.longest[1] > 0.5
    for stock in found.values():
        assert stock.missing == stock.changed == stock.unknown == stock.uneven == ()


def test_a_file_that_is_gone_is_missing(settings: Settings, catalog: Catalog) -> None:
    (settings.prompts / "so" / "digit.4.wav").unlink()

    found = taken(settings, catalog)["so"]
    assert (found.missing, found.stand_ins) == (("digit.4",), 10)


def test_a_recording_whose_text_was_changed_is_to_be_made_again(
    settings: Settings, catalog: Catalog
) -> None:
    record(settings, "so/welcome")
    render(settings, lambda _line: None, catalog)
    assert taken(settings, catalog)["so"].recorded == 1

    changed = small_catalog(settings.home / "catalog", so="Waa wax kale.")
    render(settings, lambda _line: None, changed)

    assert taken(settings, changed)["so"].changed == ("welcome",)
    assert taken(settings, catalog)["so"].changed == ()


def test_a_recording_that_nobody_asks_for_is_named(settings: Settings, catalog: Catalog) -> None:
    for name in ("so/wellcome", "so/digit.10", "tlh/welcome"):
        record(settings, name)
    (recordings(settings) / "so" / "welcome.mp3").touch()

    found = taken(settings, catalog)
    assert found["so"].unknown == ("digit.10", "welcome.mp3", "wellcome")
    assert (found["tlh"].unknown, found["tlh"].sounds) == (("welcome",), 0)


def test_a_sound_that_is_too_loud_or_no_sound_is_uneven(
    settings: Settings, catalog: Catalog
) -> None:
    loud = settings.prompts / "en" / "digit.1.wav"
    Studio(settings).sox(str(settings.prompts / "en" / "digit.2.wav"), str(loud), "gain", "4")
    (settings.prompts / "en" / "digit.7.wav").write_bytes(b"no sound")

    assert taken(settings, catalog)["en"].uneven == ("digit.1", "digit.7")
