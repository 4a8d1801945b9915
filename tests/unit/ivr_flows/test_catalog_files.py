"""Catalog files: read, and refused with file and name where they break a rule."""

from pathlib import Path

import pytest

from ivr_flows.catalog_files import CatalogError, Review, read

HEAD = "### review: draft\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "en.ftl"
    path.write_text(text, "utf-8")
    return path


def test_prompts_come_in_the_order_of_the_file_with_their_parameters(tmp_path: Path) -> None:
    texts = read(
        written(
            tmp_path,
            HEAD
            + "wait = { $high } after { $low }.\n"
            + "-term = ten\n"
            + "part-place = { $place }\n"
            + "where = Number { part-place } of { -term }.\n"
            + "hello = Hello.\n",
        )
    )

    assert texts.prompts == {"wait": ("low", "high"), "where": ("place",), "hello": ()}
    assert list(texts.prompts) == ["wait", "where", "hello"]


def test_building_blocks_that_refer_to_each_other_in_a_ring_end_nothing(tmp_path: Path) -> None:
    texts = read(
        written(
            tmp_path,
            HEAD + "part-a = { part-b } { $digit }\npart-b = { part-a }\nround = { part-a }\n",
        )
    )

    assert texts.prompts == {"round": ("digit",)}


@pytest.mark.parametrize("state", list(Review))
def test_the_review_state_is_read_from_its_line(tmp_path: Path, state: Review) -> None:
    path = written(tmp_path, f"### English.\n### review: {state}\n### More words.\n\na = A.\n")

    assert read(path).review is state


@pytest.mark.parametrize(
    "head",
    ["### Nothing.", "### review: perfect", "### review:", "### review: draft\n### review: draft"],
)
def test_a_review_state_that_is_missing_unknown_or_there_twice_is_refused(
    tmp_path: Path, head: str
) -> None:
    with pytest.raises(CatalogError, match=r"en\.ftl: needs one line .* draft, checked, approved"):
        read(written(tmp_path, f"{head}\n\na = A.\n"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = A.\na = B.\n", "a is there twice"),
        ("-a = A.\n-a = B.\n", "a is there twice"),
        ("a =\n    .key = 1\n", "a has no text"),
        ("nonsense\n", "cannot read: nonsense"),
        ("a = { $minutes } minutes.\n", "a: no domain for 'minutes'"),
        ("a = { part-b }.\npart-b = { $low }\n", "a: no domain for 'low'"),
        ("a = A.\n    .stand-in = { $place } { $digit }\n", "a: no domain for 'digit, place'"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CatalogError, match=rf"en\.ftl: {words}"):
        read(written(tmp_path, HEAD + text))
