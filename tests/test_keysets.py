"""Sets of keys give what lists of keys would."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from unicef_kz.content.keysets import FEW, among, key_set, keys_in, places

KEYS = st.lists(st.integers(1, 500), unique=True)


@given(KEYS)
def test_a_set_gives_its_keys_back(keys):
    assert list(keys_in(key_set(keys))) == sorted(keys)


@given(KEYS, KEYS)
def test_those_of_a_set_keep_their_order(keys, wanted):
    keys = array("q", keys)
    found = among(keys, key_set(wanted), lambda: places(keys))
    assert list(found) == [key for key in keys if key in wanted]


def test_a_few_are_looked_up_and_many_walked_to():
    keys, asked = array("q", range(1000, 0, -1)), []

    def known():
        asked.append(True)
        return places(keys)

    few, many = range(1, 1000 // FEW), range(1, 1000)
    assert list(among(keys, key_set(few), known)) == list(reversed(few))
    assert len(asked) == 1
    assert list(among(keys, key_set(many), known)) == list(reversed(many))
    assert len(asked) == 1


def test_a_set_may_know_of_keys_that_the_list_does_not():
    keys = array("q", range(1, 100))
    assert list(among(keys, key_set([3, 5000]), lambda: places(keys))) == [3]
