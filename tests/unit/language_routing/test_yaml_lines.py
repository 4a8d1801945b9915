"""YAML that points at the place it refuses."""

import re
from pathlib import Path

import pytest

from language_routing.yaml_lines import Located, YamlError


def document(tmp_path: Path, text: str) -> Located:
    path = tmp_path / "site.yaml"
    path.write_text(text, "utf-8")
    return Located.read(path)


def test_words_stay_as_they_stand_in_the_file(tmp_path: Path) -> None:
    found = document(tmp_path, "a: no\nb: 01\nc: sv\n").mapping()
    assert {name: value.text() for name, value in found.items()} == {
        "a": "no",
        "b": "01",
        "c": "sv",
    }


def test_a_list_gives_its_items_in_order(tmp_path: Path) -> None:
    assert [item.text() for item in document(tmp_path, "- sv\n- ar\n").sequence()] == ["sv", "ar"]


@pytest.mark.parametrize(("text", "line"), [("", 1), ("# nothing\n", 1), ("a: [\n", 2), ("\ta", 1)])
def test_what_is_no_yaml_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(YamlError, match=f"site.yaml:{line}: "):
        document(tmp_path, text)


def test_an_unknown_name_is_refused_where_it_stands(tmp_path: Path) -> None:
    found = document(tmp_path, "a: 1\n\nb: 2\n")
    with pytest.raises(YamlError, match=r"site\.yaml:3: b is not known here; known: a, c"):
        found.mapping(known=("c", "a"))


def test_a_name_that_is_given_twice_is_refused_where_it_stands_again(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match=r"site\.yaml:2: a is given twice"):
        document(tmp_path, "a: 1\na: 2\n").mapping()


def test_a_missing_name_is_refused_where_it_is_missing(tmp_path: Path) -> None:
    found = document(tmp_path, "outer:\n  a: 1\n").mapping()["outer"]
    with pytest.raises(YamlError, match=r"site\.yaml:2: b is missing"):
        found.mapping(needed=("a", "b"))


def test_one_thing_in_place_of_another_is_refused(tmp_path: Path) -> None:
    found = document(
        tmp_path, "word: sv\nlist: [a]\nempty: []\nnames: {a: 1}\nnothing:\n"
    ).mapping()
    for name in ("word", "list"):
        with pytest.raises(YamlError, match="names with values are expected"):
            found[name].mapping()
    for name in ("word", "empty", "names"):
        with pytest.raises(YamlError, match="a list is expected"):
            found[name].sequence()
    for name in ("list", "names", "nothing"):
        with pytest.raises(YamlError, match="one word is expected"):
            found[name].text()


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("007", 7), ("20", 20)])
def test_a_whole_number_within_its_bounds_is_taken(tmp_path: Path, text: str, value: int) -> None:
    assert document(tmp_path, text).integer(1, 20) == value


@pytest.mark.parametrize("text", ["0", "21", "-1", "1.5", "two", "1e1", "٣", "²", '" 1"'])
def test_no_whole_number_within_its_bounds_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(YamlError, match="is not a whole number from 1 to 20"):
        document(tmp_path, text).integer(1, 20)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\n" + "c: [*b, *b]\n"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        ("a: ö\n".encode("latin-1"), 1, "not UTF-8"),
        ("a: 1\n".encode("utf-16"), 1, "not UTF-8"),
        (b"a: 1\nb: x\0y\n", 2, r"U\+0000"),
        (b"a: 1\n\nb: \x1b[31m\n", 3, r"U\+001B"),
        (b"a:\n\t- 1\n", 2, "not YAML"),
        (b"a: 1\n--- \nb: 2\n", 2, "one file is one document"),
        (BOMB.encode(), 1, "anchors"),
        (b"a: 1\nb: *c\n", 2, "aliases"),
        (b"a: &a\n  b: *a\n", 1, "anchors"),
        (b"a: 1\nb: !!python/object/apply:os.system [x]\n", 2, "tags"),
        (b"a: !secret x\n", 1, "tags"),
        (b"a: !!str x\n", 1, "tags"),
        (b"[" * 100_000, 1, "nested too deeply"),
        (b"a: " * 3, 1, "not YAML"),
        (b"a: x\n" * 300_000, 1, "larger than"),
    ],
)
def test_more_than_plain_yaml_is_refused_in_one_line(
    tmp_path: Path, data: bytes, line: int, words: str
) -> None:
    path = tmp_path / "site.yaml"
    path.write_bytes(data)
    with pytest.raises(YamlError, match=rf"site\.yaml:{line}: .*{words}") as caught:
        Located.read(path)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert list(document(tmp_path, "\ufeffa: 1\n").mapping()) == ["a"]


def test_a_number_of_5000_digits_is_refused_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match="is not a whole number"):
        document(tmp_path, "9" * 5_000).integer(1, 20)


def test_a_refusal_quotes_no_more_than_a_line_and_nothing_that_moves_a_terminal(
    tmp_path: Path,
) -> None:
    text = str(document(tmp_path, r'"\e[31m\n\r' + "x" * 5_000 + '"').error("x\x1b\n\u2028" * 500))
    sentence = text.removeprefix(f"{tmp_path}/site.yaml:1: ")
    assert sentence.isprintable()
    assert len(sentence) < 300


def test_true_and_false_are_read_and_nothing_else(tmp_path: Path) -> None:
    found = document(tmp_path, "a: true\nb: false\nc: yes\n").mapping()
    assert (found["a"].truth(), found["b"].truth()) == (True, False)
    with pytest.raises(YamlError, match=r"site\.yaml:3: yes is neither true nor false"):
        found["c"].truth()


def test_a_word_of_another_form_is_refused_with_what_was_wanted(tmp_path: Path) -> None:
    found = document(tmp_path, "a: abc\nb: ABC\n").mapping()
    small = re.compile("[a-z]+")
    assert found["a"].matching(small, "a small word") == "abc"
    with pytest.raises(YamlError, match=r"site\.yaml:2: here a small word is expected"):
        found["b"].matching(small, "a small word")


def test_a_node_says_what_it_is_and_a_warning_points_at_it(tmp_path: Path) -> None:
    found = document(tmp_path, "a: [x]\nb: {x: y}\nc: x\n").mapping()
    assert [(n.is_mapping, n.is_sequence) for n in found.values()] == [
        (False, True), (True, False), (False, False),
    ]  # fmt: skip
    assert found["b"].warning("odd") == f"{tmp_path / 'site.yaml'}:2: odd"
