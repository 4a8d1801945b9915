"""Made-up figures of runs, for tests of what shows them."""

from collections.abc import Mapping

from callcenter.simulate.scenarios.advice import Advice
from callcenter.simulate.summary import Figures, Promise, Summary
from language_routing.languages import Language

SV, AR, SO, UZ = Language("sv"), Language("ar"), Language("so"), Language("uz")
NOBODY = Figures(
    calls=0, answered=None, abandoned=None, refused=None, called_back=None, mean_wait_s=None,
    mean_answer_s=None, p50_wait_s=None, p95_wait_s=None, served_within_20s=None,
    service_level=None, service_level_of_all=None,
)  # fmt: skip


def figures(
    calls: int,
    slow: float = 40.0,
    *,
    mean: float | None = None,
    level: float = 0.9,
    refused: float = 0.0,
    answered: float = 0.95,
) -> Figures:
    """So many calls of which 95 in a hundred waited no longer than `slow`."""
    return Figures(
        calls=calls, answered=answered, abandoned=0.05, refused=refused, called_back=0.0,
        mean_wait_s=slow / 3 if mean is None else mean, mean_answer_s=slow / 4,
        p50_wait_s=slow / 5, p95_wait_s=slow, served_within_20s=0.7534, service_level=level,
        service_level_of_all=0.88,
    )  # fmt: skip


def summary(
    by_language: Mapping[Language, Figures],
    *,
    system: str = "this ACD",
    title: str = "A winter week",
    overall: Figures | None = None,
    by_half_hour: Mapping[Language, list[Figures]] | None = None,
    inversions: Mapping[Language, int] | None = None,
    idle: Mapping[Language, float] | None = None,
    promises: Mapping[Language, Promise] | None = None,
    occupancy: list[float | None] | None = None,
    by_group: Mapping[str, float | None] | None = None,
) -> Summary:
    """A run; what is not said is none, or alike at all hours."""
    calls = sum(found.calls for found in by_language.values())
    halves = {
        tag: [figures(found.calls // 48, found.p95_wait_s or 0.0) if found.calls else NOBODY] * 48
        for tag, found in by_language.items()
    }
    return Summary(
        title=title, system=system, days=7.0,
        overall=overall or (figures(calls) if calls else NOBODY),
        by_language=dict(by_language),
        by_half_hour={**halves, **(by_half_hour or {})},
        occupancy=0.7 if calls else None,
        occupancy_by_group=dict(by_group or {}),
        occupancy_by_half_hour=[0.7] * 48 if occupancy is None else occupancy,
        inversions=dict.fromkeys(by_language, 0) | dict(inversions or {}),
        idle_while_eligible_s=dict.fromkeys(by_language, 0.0) | dict(idle or {}),
        hand_over_s=6.25 if calls else None, offers=calls, missed=calls // 50, redials=12,
        promises=dict(promises or {}), events=1_234, events_per_s=56_789.0,
    )  # fmt: skip


def promise(answers: int, within: float | None, *, unexplained: int = 0) -> Promise:
    """Stated waits of which so large a share came true."""
    return Promise(
        answers=answers, within=within, early=0.04, late=0.05, asked=9 * answers, grown=3,
        unexplained=unexplained,
    )  # fmt: skip


def nobody_called() -> Summary:
    """A run to which nobody came, and in which no nurse was on duty."""
    return summary({SV: NOBODY, AR: NOBODY}, occupancy=[None] * 48)


def ours() -> Summary:
    """Swedish, Arabic and Somali callers, the last ones waiting longest."""
    return summary({SV: figures(9600, 40.0), AR: figures(960, 60.0), SO: figures(480, 80.0)})


def theirs(system: str = "app_queue") -> Summary:
    """The same callers, under rules that Arabic ones suffer from most."""
    return summary(
        {SV: figures(9600, 30.0), AR: figures(960, 400.0), SO: figures(480, 200.0)},
        system=system,
        overall=figures(11_040, 90.0),
        inversions={AR: 1234},
        idle={AR: 3723.0},
    )


def advice(
    language: Language, half_hour: int, *, needed: int | None, on_duty: float, calls: float = 10.0
) -> Advice:
    """What Erlang C says of one half-hour: 80 % within 3 minutes."""
    return Advice(
        language=language, at=half_hour * 1_800_000, half_hour=half_hour, calls=calls,
        needed=needed, on_duty=on_duty, share=0.8, within=180_000,
    )  # fmt: skip
