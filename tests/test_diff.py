"""What changed between two texts."""

from unicef_kz.content.diff import as_html, blocks, rich_as_html, words


def test_words_that_went_and_came():
    assert words("in 20 cities", "in 25 cities now") == [
        ("same", "in "),
        ("gone", "20 "),
        ("new", "25 "),
        ("same", "cities "),
        ("new", "now"),
    ]


def test_words_that_changed_together_stand_together():
    assert words("a red big house", "a small house") == [
        ("same", "a "),
        ("gone", "red big "),
        ("new", "small "),
        ("same", "house"),
    ]


def test_equal_texts_have_no_change():
    assert words("one two", "one two") == [("same", "one two")]


def test_from_nothing():
    assert words("", "one") == [("new", "one")]


def test_markup_in_plain_text_is_shown_and_not_run():
    assert as_html("a", "<b>") == "<del>a</del><ins>&lt;b&gt;</ins>"


def test_rich_text_is_compared_by_block():
    old, new = "<p>One</p><p>Two</p>", "<p>One</p><p>Three</p>"
    assert blocks(old, new) == [
        ("same", "<p>One</p>"),
        ("gone", "<p>Two</p>"),
        ("new", "<p>Three</p>"),
    ]


def test_items_of_a_list_are_blocks_of_their_own():
    old, new = "<ul><li>x</li><li><p>y</p></li></ul>", "<ul><li>x</li><li><p>z</p></li></ul>"
    assert rich_as_html(old, new) == "<p>• x</p><del><p>• y</p></del><ins><p>• z</p></ins>"
