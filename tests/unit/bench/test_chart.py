"""The chart of the race: drawn into its place, and only there."""

from ops.bench.chart import PAGE, chart, drawn

RESULT = {
    "ours_p50_ms": 12.4, "ours_p90_ms": 20.0, "ours_p99_ms": 30.6,
    "app_queue_p50_ms": 414.6, "app_queue_p90_ms": 1111.0, "app_queue_p99_ms": 1707.6,
}  # fmt: skip


def test_the_chart_shows_both_systems_at_each_share() -> None:
    text = chart(RESULT)
    assert "bar [12, 415, 20, 1111, 31, 1708]" in text
    assert text.count("app_queue p") == text.count("we p") == 3


def test_the_chart_replaces_the_old_one_and_nothing_else() -> None:
    page = "a\n<!-- drawn: dispatch -->\n```mermaid\nold\n```\nb\n```mermaid\nother\n```\n"
    new = drawn(page, RESULT)
    assert new.startswith("a\n<!-- drawn: dispatch -->\n```mermaid\nxychart-beta")
    assert new.endswith("]\n```\nb\n```mermaid\nother\n```\n")
    assert drawn(new, RESULT) == new


def test_the_readme_has_a_chart() -> None:
    page = PAGE.read_text()
    assert drawn(page, RESULT) != page
    assert len(drawn(page, RESULT).splitlines()) >= len(page.splitlines())
