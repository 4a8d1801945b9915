"""What the doctor says of the prompts, language by language."""

import json
from pathlib import Path

import pytest

from callcenter.provision.finding import Finding
from callcenter.provision.prompt_findings import prompt_findings
from ivr_flows.prompts import Catalog, load_catalog

REVIEWS = {"sv": "approved", "en": "checked", "so": "draft"}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Two prompts in each of three languages, in different states of review."""
    folder = tmp_path / "catalog"
    folder.mkdir()
    for language, review in REVIEWS.items():
        (folder / f"{language}.ftl").write_text(
            f"### review: {review}\n\nwelcome = A\nwait = B\n", "utf-8"
        )
    return load_catalog(folder)


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """Everything there; Somali waits for its recordings, but for one."""
    folder = tmp_path / "prompts"
    entries = {}
    for name in (f"{language}/{prompt}" for language in REVIEWS for prompt in ("welcome", "wait")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.wav").touch()
        entries[name] = {"stand_in": name == "so/wait", "recorded": name == "so/welcome"}
    (folder / "manifest.json").write_text(json.dumps(entries))
    return folder


def found(prompts: Path, catalog: Catalog) -> dict[str, Finding]:
    return {
        finding.part.removeprefix("prompts "): finding
        for finding in prompt_findings(prompts, catalog)
    }


def test_a_language_that_is_whole_and_reviewed_needs_nothing(
    prompts: Path, catalog: Catalog
) -> None:
    swedish = found(prompts, catalog)["sv"]

    assert (swedish.level, swedish.mend) == ("ok", "")
    assert swedish.version == "2 of 2: 0 recorded, 2 synthetic, 0 stand-ins"


def test_stand_ins_and_texts_that_nobody_has_reviewed_are_a_warning(
    prompts: Path, catalog: Catalog
) -> None:
    somali = found(prompts, catalog)["so"]

    assert (somali.level, somali.version) == (
        "warning",
        "2 of 2: 1 recorded, 0 synthetic, 1 stand-ins",
    )
    assert somali.mend == (
        "Somali: 1 stand-ins are spoken in English until they are recorded; "
        "the texts are a draft that no native speaker has reviewed"
    )
    assert found(prompts, catalog)["en"].level == "ok"


def test_a_swedish_sound_that_is_gone_is_silence_and_must_be_mended(
    prompts: Path, catalog: Catalog
) -> None:
    (prompts / "sv/wait.wav").unlink()

    swedish = found(prompts, catalog)["sv"]
    assert swedish.level == "missing"
    assert swedish.version.startswith("1 of 2")
    assert swedish.mend == (
        "Swedish: wait.wav is not there, callers hear silence: `callcenter up` renders"
    )


def test_another_languages_sound_that_is_gone_is_heard_in_swedish(
    prompts: Path, catalog: Catalog
) -> None:
    for name in ("wait", "welcome"):
        (prompts / f"en/{name}.wav").unlink()

    english = found(prompts, catalog)["en"]
    assert english.level == "warning"
    assert english.mend == (
        "English: wait.wav and 1 more are not there, callers hear Swedish: `callcenter up` renders"
    )


def test_a_sound_that_is_new_in_the_catalog_and_was_never_made_is_gone_too(
    prompts: Path, catalog: Catalog
) -> None:
    manifest = prompts / "manifest.json"
    entries = json.loads(manifest.read_text())
    del entries["en/wait"]
    manifest.write_text(json.dumps(entries))

    assert found(prompts, catalog)["en"].mend.startswith("English: wait.wav is not there")


def test_a_sites_own_greeting_is_looked_after_as_well(prompts: Path, catalog: Catalog) -> None:
    manifest = prompts / "manifest.json"
    entries = json.loads(manifest.read_text())
    entries["sv/greeting-public"] = {"stand_in": False, "recorded": False}
    manifest.write_text(json.dumps(entries))

    assert found(prompts, catalog)["sv"].mend.startswith("Swedish: greeting-public.wav is not")


def test_the_music_in_the_manifest_is_no_prompt(prompts: Path, catalog: Catalog) -> None:
    manifest = prompts / "manifest.json"
    entries = json.loads(manifest.read_text())
    entries["music/calm"] = {"stand_in": False, "recorded": False}
    manifest.write_text(json.dumps(entries))

    assert set(found(prompts, catalog)) == set(REVIEWS)


def test_prompts_that_were_never_rendered_are_missing(tmp_path: Path) -> None:
    (finding,) = prompt_findings(tmp_path)

    assert (finding.level, finding.mend) == ("missing", "not yet rendered: `callcenter up` does it")


@pytest.mark.parametrize("text", ["", "[]", '{"sv/welcome": {}}', '{"sv/welcome": null}'])
def test_a_damaged_manifest_is_a_finding_and_not_a_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)

    (finding,) = prompt_findings(tmp_path)

    assert finding.mend.startswith("unreadable")
