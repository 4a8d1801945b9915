"""The pool against a naive sorted list, and that it does not grow."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.pool import Key, Pool
from language_routing.languages import Language

SV, AR, SO = Language("sv"), Language("ar"), Language("so")


def heap_size(pool: Pool[str], language: Language) -> int:
    return len(pool._heaps.get(language, []))


def test_the_least_key_is_first_whatever_the_order_of_coming() -> None:
    pool: Pool[str] = Pool()
    for name, key in (("b", (5, 2)), ("a", (7, 0)), ("c", (5, 1))):
        pool.put(name, key, [SV])
    assert pool.first(SV) == "c"
    assert list(pool) == ["c", "b", "a"]
    assert pool.key("a") == (7, 0)


def test_of_equal_keys_the_lesser_name_is_first() -> None:
    pool: Pool[str] = Pool()
    for name in ("b", "a", "c"):
        pool.put(name, (1, 1), [SV])
    assert pool.first(SV) == "a"
    assert list(pool) == ["a", "b", "c"]


def test_a_member_is_found_under_each_of_its_languages_and_no_other() -> None:
    pool: Pool[str] = Pool()
    pool.put("n1", (1, 0), [SV, AR])
    assert (pool.first(SV), pool.first(AR), pool.first(SO)) == ("n1", "n1", None)
    assert (pool.count(SV), pool.count(AR), pool.count(SO)) == (1, 1, 0)


def test_a_changed_key_moves_a_member_and_leaves_no_trace() -> None:
    pool: Pool[str] = Pool()
    pool.put("a", (1, 0), [SV])
    pool.put("b", (2, 0), [SV])
    pool.put("a", (3, 0), [SV])
    assert (pool.first(SV), len(pool), pool.count(SV)) == ("b", 2, 2)
    pool.put("a", (1, 5), [SV])
    assert pool.first(SV) == "a"


def test_a_member_put_again_as_it_was_takes_no_more_room() -> None:
    pool: Pool[str] = Pool()
    for _ in range(10):
        pool.put("a", (1, 0), [SV])
    assert (heap_size(pool, SV), pool.count(SV)) == (1, 1)


def test_changed_languages_move_a_member() -> None:
    pool: Pool[str] = Pool()
    pool.put("a", (1, 0), [SV])
    pool.put("a", (1, 0), [AR])
    assert (pool.first(SV), pool.first(AR), pool.count(SV)) == (None, "a", 0)


def test_a_discarded_member_is_gone_and_may_come_back() -> None:
    pool: Pool[str] = Pool()
    pool.put("a", (1, 0), [SV])
    pool.discard("a")
    pool.discard("a")
    assert (pool.first(SV), len(pool), "a" in pool, pool.count(SV)) == (None, 0, False, 0)
    pool.put("a", (1, 0), [SV])
    assert (pool.first(SV), "a" in pool, pool.count(SV)) == ("a", True, 1)
    pool.discard("a")
    assert pool.first(SV) is None


def test_a_hundred_thousand_comings_and_goings_leave_nothing_behind() -> None:
    pool: Pool[str] = Pool()
    pool.put("first", (0, 0), [SV])
    largest = 0
    for number in range(100_000):
        pool.put(f"c{number}", (number + 1, 0), [SV])
        pool.discard(f"c{number}")
        largest = max(largest, heap_size(pool, SV))
    assert largest <= 64 + 4 * 2
    assert pool.first(SV) == "first"


def test_one_member_whose_key_changes_forever_takes_no_more_room() -> None:
    pool: Pool[str] = Pool()
    for number in range(100_000):
        pool.put("n1", (number % 3, 0), [SV])
    assert heap_size(pool, SV) <= 64 + 4
    assert pool.first(SV) == "n1"


def test_the_living_survive_a_sweep() -> None:
    pool: Pool[str] = Pool()
    for number in range(500):
        pool.put(f"c{number:03}", (number, 0), [SV])
    for number in range(450):
        pool.discard(f"c{number:03}")
    for number in range(500, 1000):
        pool.put(f"c{number:03}", (number, 0), [SV])
    assert next(iter(pool)) == pool.first(SV) == "c450"
    assert len(pool) == pool.count(SV) == 550


members = st.sampled_from(["a", "b", "c", "d", "e"])
languages = st.lists(st.sampled_from([SV, AR, SO]), unique=True).map(tuple)
keys = st.tuples(st.integers(0, 3), st.integers(0, 1))
steps = st.lists(
    st.one_of(st.tuples(members, keys, languages), st.tuples(members, st.none(), st.just(()))),
    max_size=300,
)


@given(steps)
def test_it_does_what_a_sorted_list_would_do(
    steps: list[tuple[str, Key | None, tuple[Language, ...]]],
) -> None:
    pool: Pool[str] = Pool()
    naive: dict[str, tuple[Key, tuple[Language, ...]]] = {}
    for number, (member, key, spoken) in enumerate(steps):
        if key is None:
            pool.discard(member)
            naive.pop(member, None)
        else:
            pool.put(member, key, spoken)
            naive[member] = (key, spoken)
        assert len(pool) == len(naive)
        if number % 3:  # not at each step, so that removals pile up
            continue
        for language in (SV, AR, SO):
            able = sorted((k, m) for m, (k, spoken) in naive.items() if language in spoken)
            assert pool.first(language) == (able[0][1] if able else None)
            assert pool.count(language) == len(able)
        assert list(pool) == [m for _, m in sorted((k, m) for m, (k, _) in naive.items())]
