"""The pool against a naive sorted list, and that it does not grow."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.pool import Key, Pool

SV, AR, SO = 0, 1, 2


def test_the_least_key_is_first_whatever_the_order_of_coming() -> None:
    pool: Pool[str] = Pool()
    for name, key in (("b", (5, 2)), ("a", (7, 0)), ("c", (5, 1))):
        assert pool.put(name, key, SV)
    assert pool.first(SV) == (5, 1, "c")
    assert list(pool) == ["c", "b", "a"]
    assert (pool.key("a"), pool.group("a")) == ((7, 0), SV)


def test_of_equal_keys_the_lesser_name_is_first() -> None:
    pool: Pool[str] = Pool()
    for name in ("b", "a", "c"):
        pool.put(name, (1, 1), SV)
    assert pool.first(SV) == (1, 1, "a")
    assert list(pool) == ["a", "b", "c"]


def test_a_member_is_found_in_its_group_and_no_other() -> None:
    pool: Pool[str] = Pool()
    pool.put("n1", (1, 0), AR)
    assert (pool.first(SV), pool.first(AR), pool.first(SO)) == (None, (1, 0, "n1"), None)
    assert (pool.count(SV), pool.count(AR)) == (0, 1)
    assert list(pool.groups) == [AR]


def test_a_member_put_again_as_it_was_changes_nothing() -> None:
    pool: Pool[str] = Pool()
    assert pool.put("a", (1, 0), SV)
    assert not pool.put("a", (1, 0), SV)
    assert pool.count(SV) == 1


def test_a_changed_key_or_group_moves_a_member_and_leaves_no_trace() -> None:
    pool: Pool[str] = Pool()
    pool.put("a", (1, 0), SV)
    pool.put("b", (2, 0), SV)
    assert pool.put("a", (3, 0), SV)
    assert (pool.first(SV), len(pool), pool.count(SV)) == ((2, 0, "b"), 2, 2)
    assert pool.put("a", (3, 0), AR)
    assert (pool.count(SV), pool.first(AR)) == (1, (3, 0, "a"))


def test_a_discarded_member_is_gone_and_may_come_back() -> None:
    pool: Pool[str] = Pool()
    pool.put("a", (1, 0), SV)
    pool.discard("a")
    pool.discard("a")
    assert (pool.first(SV), len(pool), "a" in pool, pool.groups) == (None, 0, False, {})
    pool.put("a", (1, 0), SV)
    assert (pool.first(SV), "a" in pool, pool.count(SV)) == ((1, 0, "a"), True, 1)


def test_those_ahead_are_counted_whether_or_not_the_key_is_there() -> None:
    pool: Pool[str] = Pool()
    for number in range(5):
        pool.put(f"c{number}", (number * 10, number), SV)
    assert [pool.ahead(SV, key) for key in ((0, 0), (20, 2), (25, 0), (99, 0))] == [0, 2, 3, 5]
    assert pool.ahead(AR, (99, 0)) == 0


def test_comings_and_goings_leave_nothing_behind() -> None:
    pool: Pool[str] = Pool()
    pool.put("first", (0, 0), SV)
    for number in range(10_000):
        pool.put(f"c{number}", (number + 1, 0), SV)
        pool.discard(f"c{number}")
    assert {group: len(members) for group, members in pool.groups.items()} == {SV: 1}


members = st.sampled_from(["a", "b", "c", "d", "e"])
groups = st.sampled_from([SV, AR, SO])
keys = st.tuples(st.integers(0, 3), st.integers(0, 1))
steps = st.lists(
    st.one_of(st.tuples(members, keys, groups), st.tuples(members, st.none(), groups)),
    max_size=300,
)


@given(steps)
def test_it_does_what_a_sorted_list_would_do(steps: list[tuple[str, Key | None, int]]) -> None:
    pool: Pool[str] = Pool()
    naive: dict[str, tuple[int, Key]] = {}
    for member, key, group in steps:
        if key is None:
            pool.discard(member)
            naive.pop(member, None)
        else:
            assert pool.put(member, key, group) == (naive.get(member) != (group, key))
            naive[member] = (group, key)
        assert len(pool) == len(naive)
        for each in (SV, AR, SO):
            able = sorted((*k, m) for m, (g, k) in naive.items() if g == each)
            assert pool.first(each) == (able[0] if able else None)
            assert pool.groups.get(each, []) == able
            assert pool.ahead(each, (1, 1)) == sum(entry[:2] < (1, 1) for entry in able)
        assert list(pool) == [m for _, m in sorted((k, m) for m, (_, k) in naive.items())]
