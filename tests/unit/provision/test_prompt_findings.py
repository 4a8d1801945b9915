import json
from pathlib import Path

import pytest

from callcenter.provision.prompt_findings import prompt_findings


def prompts(folder: Path, stand_ins: dict[str, bool]) -> Path:
    for name in stand_ins:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.wav").touch()
    entries = {name: {"stand_in": stand_in} for name, stand_in in stand_ins.items()}
    (folder / "manifest.json").write_text(json.dumps(entries))
    return folder


def test_a_language_with_stand_ins_is_a_warning_that_names_it(tmp_path: Path) -> None:
    folder = prompts(tmp_path, {"so/welcome": True, "so/wait": True, "sv/welcome": False})

    somali, swedish = prompt_findings(folder)

    assert (somali.part, somali.level, somali.version) == (
        "prompts so",
        "warning",
        "2 of 2 stand-ins",
    )
    assert somali.mend == "Somali: recording missing, a stand-in plays"
    assert (swedish.level, swedish.version) == ("ok", "1 files")


def test_a_file_that_is_gone_is_missing_and_named(tmp_path: Path) -> None:
    folder = prompts(tmp_path, {"sv/welcome": False, "sv/wait": False})
    (folder / "sv/wait.wav").unlink()

    (swedish,) = prompt_findings(folder)

    assert swedish.level == "missing"
    assert swedish.mend == "Swedish: wait.wav is not there: `callcenter up` renders it"


def test_several_files_that_are_gone_are_counted(tmp_path: Path) -> None:
    folder = prompts(tmp_path, {"sv/welcome": False, "sv/wait": False})
    (folder / "sv/wait.wav").unlink()
    (folder / "sv/welcome.wav").unlink()

    (swedish,) = prompt_findings(folder)

    assert swedish.mend.startswith("Swedish: wait.wav and 1 more are not there")


def test_the_music_in_the_manifest_is_no_prompt(tmp_path: Path) -> None:
    assert prompt_findings(prompts(tmp_path, {"music/calm": False})) == []


def test_prompts_that_were_never_rendered_are_missing(tmp_path: Path) -> None:
    (finding,) = prompt_findings(tmp_path)

    assert (finding.level, finding.mend) == ("missing", "not yet rendered: `callcenter up` does it")


@pytest.mark.parametrize("text", ["", "[]", '{"sv/welcome": {}}', '{"sv/welcome": null}'])
def test_a_damaged_manifest_is_a_finding_and_not_a_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)

    (finding,) = prompt_findings(tmp_path)

    assert finding.mend.startswith("unreadable")
