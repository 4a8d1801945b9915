"""The survey's scores: counted by language, entry point and question, and nobody's."""

import pytest

from callcenter.acd.events import ConsentGiven, SurveyScored
from callcenter.acd.ids import ContactId
from callcenter.acd.survey import Scores
from callcenter.shard.shard import Shard
from tests.unit.acd.world import AR, SV, World


def scored(score: int, language: str = SV, question: str = "survey-helped") -> SurveyScored:
    return SurveyScored(
        entry_point="public", language=language, question=question, score=score
    )  # fmt: skip


def test_scores_are_counted_apart_by_language_and_question() -> None:
    world = World()
    for event in (scored(5), scored(1), scored(5), scored(2, AR), scored(9, SV, "survey-other")):
        world.tell(event)
    assert world.board.survey.rows() == [
        Scores(language=AR, entry_point="public", question="survey-helped",
               counts=(0, 1, 0, 0, 0, 0, 0, 0, 0)),
        Scores(language=SV, entry_point="public", question="survey-helped",
               counts=(1, 0, 0, 0, 2, 0, 0, 0, 0)),
        Scores(language=SV, entry_point="public", question="survey-other",
               counts=(0, 0, 0, 0, 0, 0, 0, 0, 1)),
    ]  # fmt: skip


def test_the_mean_is_of_those_who_answered() -> None:
    world = World()
    for score in (5, 5, 2):
        world.tell(scored(score))
    [row] = world.board.survey.rows()
    assert (row.answers, row.mean) == (3, 4.0)
    nobody = Scores(language=SV, entry_point="public", question="survey-helped", counts=(0,) * 9)
    assert (nobody.answers, nobody.mean) == (0, None)


@pytest.mark.parametrize("score", [0, 10, -1])
def test_there_are_scores_from_one_to_nine(score: int) -> None:
    assert World().refuses(scored(score))


def test_a_snapshot_keeps_them_and_the_counting_goes_on() -> None:
    world = World()
    world.tell(scored(4))
    again = Shard()
    assert again.restore(world.shard.position, world.shard.save())
    again.board.survey.note(scored(4))
    assert again.board.survey.rows()[0].counts[3] == 2
    assert world.board.survey.rows()[0].counts[3] == 1


def test_a_consent_is_in_the_journal_and_changes_nothing() -> None:
    world = World()
    world.queues("c1")
    before = world.board.save()
    world.tell(ConsentGiven(contact=ContactId("c1"), about="survey", given=True))
    assert world.board.save() == before
    assert world.shard.late == 0
