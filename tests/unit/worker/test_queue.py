"""The queue: names of jobs, and what RQ is told of a text."""

from rq.defaults import RQ_KEY_PREFIX
from rq.job import Job

from callbacks.callback import TextKind
from callbacks.jobs import check, replies, send_text
from callcenter.settings import Settings
from callcenter.worker import PREFIX
from callcenter.worker.queue import CHECK, REPLIES, SEND_TEXT, queue, text_call, text_job

LONGEST = "a" * 30


def test_rqs_keys_have_a_prefix_of_their_own() -> None:
    assert RQ_KEY_PREFIX == PREFIX == "{rq}"


def test_every_try_of_every_text_of_every_shard_is_a_job_of_its_own() -> None:
    names = [
        text_job(shard, callback, kind, owed, tries)
        for shard in ("sthlm", "skane")
        for callback in ("cb-1", "cb-1-again1")
        for kind in TextKind
        for owed in (1, 2)
        for tries in (0, 1)
    ]
    assert len(set(names)) == len(names)


def test_rq_takes_the_name_and_the_call_as_json() -> None:
    name = text_job("a" * 20, LONGEST, TextKind.CANCELLED, 2_000_000_000_000, 12)
    call = text_call(LONGEST, TextKind.CANCELLED, 2_000_000_000_000, name)
    jobs = queue(Settings(), object())
    job = jobs.create_job(
        call["func"], kwargs=call["kwargs"], job_id=name, description=call["description"]
    )
    assert isinstance(job, Job)
    assert job.id == name
    assert job.data.startswith(b"[")  # JSON: nobody who can write to Redis can run code here
    assert job.description == SEND_TEXT


def test_the_names_that_rq_is_told_are_functions_of_ours() -> None:
    ours = {function.__name__: function for function in (check, replies, send_text)}
    assert {name.rpartition(".")[2] for name in (SEND_TEXT, CHECK, REPLIES)} == set(ours)
    assert all(name.startswith("callbacks.jobs.") for name in (SEND_TEXT, CHECK, REPLIES))
