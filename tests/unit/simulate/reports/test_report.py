"""The page: what it says, how it is built, and what it must not do."""

from html.parser import HTMLParser
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest

from callcenter.simulate.reports.report import Chart, Charts, page_text, write_report
from callcenter.simulate.summary import Summary
from tests.unit.simulate.reports.summaries import (
    AR,
    NOBODY,
    SV,
    UZ,
    advice,
    figures,
    nobody_called,
    ours,
    promise,
    summary,
    theirs,
)  # fmt: skip

ADVICE = [advice(SV, 16, needed=8, on_duty=4.5), advice(AR, 16, needed=1, on_duty=1.0)]


class Page(HTMLParser):
    """Its elements with their attributes, and its text without the style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self.words).replace("\u00a0", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


Compared: TypeAlias = tuple[Path, Page]


def rendered(*summaries: Summary, charts: Charts = Charts()) -> tuple[str, Page]:  # noqa: B008
    """The page without its pictures."""
    html = page_text(summaries, charts, ADVICE, ["In 2 parts."])
    return html, Page(html)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """The folder and the page of ours beside app_queue."""
    folder = tmp_path_factory.mktemp("reports") / "new" / "folder"
    path = write_report(folder, [ours(), theirs()], ADVICE, ["In 2 parts."])
    return folder, Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def uneven() -> tuple[str, Page]:
    """A page of ours, which states waits and has a silent language, beside one of less."""
    told = {SV: promise(500, 0.91), AR: promise(500, 0.6, unexplained=7)}
    mine = summary({SV: figures(500), AR: figures(400), UZ: NOBODY}, promises=told)
    return rendered(mine, summary({SV: figures(500)}, system="app_queue"))


def test_the_page_begins_with_what_was_simulated_and_the_answer(
    compared: Compared,
) -> None:
    _, found = compared
    assert "7 days were simulated, with 11,040 calls" in found.text
    answer = found.text.index("Somali callers wait longest, 1 min 20 s at the 95th percentile")
    assert answer < found.text.index("How long callers wait")
    assert "with app_queue Arabic callers, 6 min 40 s against 30 s." in found.text
    assert "shorter in Arabic (1 min against 6 min 40 s)" in found.text


@pytest.mark.parametrize(
    ("days", "calls", "said"),
    [
        (1.0, 1, "1 day was simulated, with 1 call."),
        (25 / 24, 2, "1 day was simulated, with 2 calls."),
        (0.5, 0, "12 h were simulated, with 0 calls."),
    ],
)
def test_a_single_day_or_call_is_told_as_one(days: float, calls: int, said: str) -> None:
    mine = summary({SV: figures(calls) if calls else NOBODY})
    assert said in rendered(msgspec.structs.replace(mine, days=days))[1].text


def test_one_redial_is_told_as_one() -> None:
    mine = msgspec.structs.replace(ours(), redials=1, events=0)
    assert "this ACD: 1 call was a redial." in rendered(mine)[1].text


def test_the_page_says_wherein_each_system_differs() -> None:
    _, found = rendered(ours(), theirs("this ACD, unchanged"), theirs("as recorded"))
    assert "this ACD (unchanged) : simulated without the change" in found.text
    assert "as recorded : what really happened on these days" in found.text
    assert "only the rules differ" not in found.text
    assert "would" not in found.text[: found.text.index("How long callers wait")]


def test_order_and_idle_time_are_judged_by_each_systems_own_rules(compared: Compared) -> None:
    _, found = compared
    assert "and after what wait, is judged by each system’s own rules." in found.text
    assert "served by her, by the system’s own rules." in found.text
    assert "whom they could serve by the system’s own rules: nurses × seconds." in found.text
    assert "kept back" not in found.text


def test_beside_a_recording_the_page_says_how_idle_time_was_counted() -> None:
    _, found = rendered(ours(), theirs("as recorded"))
    assert found.text.count("idle time as the live service counts it, only while a caller") == 2


def test_every_picture_is_a_file_beside_the_page_and_its_finding_can_be_heard(
    compared: Compared,
) -> None:
    folder, found = compared
    pictures = found.all("img")
    assert len(pictures) == 5
    for picture in pictures:
        assert picture["src"] is not None
        assert (folder / picture["src"]).is_file()
        assert len(picture["alt"] or "") > 40
    for source in found.all("source"):
        assert (folder / (source["srcset"] or "").split()[0]).is_file()
    assert (pictures[0]["alt"] or "").startswith("Somali callers wait longest, 1\u00a0min")


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing(
    compared: Compared,
) -> None:
    folder, found = compared
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "://" not in html
    assert "url(" not in html
    assert not found.all("script")
    assert not found.all("link")


def test_tables_have_headers_with_a_scope_and_the_page_has_a_language(
    compared: Compared,
) -> None:
    _, found = compared
    assert found.all("html") == [{"lang": "en"}]
    heads = found.all("th")
    assert heads
    assert {head.get("scope") for head in heads} == {"col", "row", "rowgroup"}
    assert len(found.all("caption")) == len(found.all("table"))
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {region["aria-labelledby"] for region in found.all("div")} <= set(ids)


def test_what_people_wrote_is_text_and_never_markup() -> None:
    evil = '<script>alert("x")</script>'
    mine = msgspec.structs.replace(ours(), title=evil, system=evil, occupancy_by_group={evil: 0.5})
    charts = Charts(busy=Chart(wide="w.png", narrow="n.png", alt=f'"{evil}'))
    html = page_text([mine, theirs(f"$\\frac{evil}")], charts, ADVICE, [evil])
    found = Page(html)
    assert not found.all("script")
    assert [picture["alt"] for picture in found.all("img")] == [f'"{evil}']
    assert found.text.count(evil) > 5


def test_a_run_without_calls_is_sentences_and_dashes_and_not_broken_charts(
    tmp_path: Path,
) -> None:
    (tmp_path / "occupancy-narrow.png").write_bytes(b"of an earlier run")
    found = Page(write_report(tmp_path, [nobody_called()]).read_text(encoding="utf-8"))
    assert not found.all("img")
    assert not list(tmp_path.glob("*.png"))
    assert "Nobody stood in line, so there are no waits to draw." in found.text
    assert "No nurse was on duty" in found.text
    assert "No staffing advice was asked for." in found.text
    assert "No waits were stated to callers" in found.text
    assert "Nobody called in Arabic, Swedish." in found.text
    assert "–" in found.text
    assert "None" not in found.text
    assert "nan" not in found.text.split()


def test_what_a_baseline_lacks_is_a_dash(uneven: tuple[str, Page]) -> None:
    html, found = uneven
    assert "<td>–</td>" in html
    assert "None" not in found.text


def test_languages_that_nobody_called_in_are_named_once(uneven: tuple[str, Page]) -> None:
    _, found = uneven
    assert found.text.count("Uzbek") == 1
    assert "Nobody called in Uzbek." in found.text


def test_the_calibration_is_judged_against_its_band(uneven: tuple[str, Page]) -> None:
    html, _ = uneven
    assert '<td class="good">inside</td>' in html
    assert '<td class="bad">below</td>' in html
    assert '<td class="bad">7</td>' in html


def test_callers_who_gave_up_are_said_to_be_in_no_share(uneven: tuple[str, Page]) -> None:
    _, found = uneven
    assert "Callers who gave up are in no share: only answers are compared" in found.text


def test_staffing_says_what_erlang_c_leaves_out(compared: Compared) -> None:
    _, found = compared
    assert "so that 80 % of callers are answered within 3 min" in found.text
    assert "Erlang C knows nobody who gives up or rings again" in found.text
    assert "a nurse of two languages counts as on duty in both" in found.text


def test_the_staffing_of_one_day_is_told_from_the_service_level_of_all(
    compared: Compared,
) -> None:
    _, found = compared
    assert "how many were on duty: both on one day of the run." in found.text
    assert "came of the simulation of this ACD over all days of the run." in found.text
    assert found.text.count("over all days of the run") == 4


def test_notes_stand_at_the_end_with_the_work_that_was_done(compared: Compared) -> None:
    _, found = compared
    end = found.text[found.text.index("How the run was made") :]
    assert "In 2 parts." in end
    assert "12 calls were redials; events taken: 1,234, 56,789 in a second" in end


@pytest.mark.parametrize("number", [0, 4])
def test_a_report_is_about_one_to_three_systems(tmp_path: Path, number: int) -> None:
    with pytest.raises(ValueError, match="1 to 3 systems"):
        write_report(tmp_path / "none", [ours()] * number)
    assert not (tmp_path / "none").exists()
