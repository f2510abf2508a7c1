"""Rule 8 in detail: what is found in a text, however it is written, and what is let through."""

import pytest

from stories.models import Story, WithheldWord
from stories.scan import hurting, hurting_words, personal_data
from stories.withheld import digest, keys, phrases
from unicef_kz.content.languages import CODES

from .factories import cite, make_photo, make_story, make_subject
from .test_admin import address

FOUND = {
    "identification number (IIN)": [
        "900101300123",
        "900101 300123",
        "ИИН:100505 600 123",
        "<strong>900101</strong>300123",
        "900101\u00ad300123",
        "９００１０１３００１２３",
    ],
    "phone number": [
        "+7 (727) 123-45-67",
        "8 701 123 45 67",
        "87011234567",
        "8(7172)12-34-56",
        "+7\u00a0701\u00a0123\u00a045\u00a067",
        "8\u20117011234567",
        "701 123 45 67",
        "тел.: 22-33-44",
        "+44 20 7946 0958",
        '<a href="https://wa.me/77011234567">here</a>',
    ],
    "e-mail address": [
        "somebody@example.org",
        "name (at) example.org",
        "@somebody.kz",
        '<a href="mailto:x%40example.org">us</a>',
    ],
    "number of a document": [
        "№ 012345678",
        "удостоверение личности № 12345678",
        "паспорт N12345678",
        "свидетельство о рождении I-АА № 123456",
        "жеке куәлік № 034567891",
    ],
    "birth date": [
        "born on 5 May 2010",
        "Born May 5th, 2010",
        "born on the 5th of May",
        "родился 5 мая 2010",
        "родилась 05.05.2010",
        "Дата рождения: 5.5.10",
        "2010 жылғы 5 мамырда туған",
        "5 мамыр 2010 жылы дүниеге келген",
        "туған күні 2010 ж. 5 мамыр",
        "date-of-birth-2010-05-05",
    ],
    "full date in digits": ["12.05.2010", "2010-05-12", "5/5/2010"],
}
LET_THROUGH = [
    "In 2017 there were 25,000 children",
    "123456789012",
    "7 500 000 000 тенге",
    "Свидетельства о рождении получили 250 000 детей",
    "The centre opened on 5 May 2017",
    "8 июня 2022 года",
    "She was born in 2010",
    "туған жері",
    "2008–2010, 2016–2020 and 25 000–30 000",
    "Call 111 or 150",
    "телефон доверия 150",
    "It rose by +12 000 in 2016",
    "Write to @unicefkazakhstan",
    '<a href="https://www.unicef.org/kazakhstan/2017/05/12/a">a page</a>',
]


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in FOUND.items() for t in texts])
def test_personal_data_are_found_and_named(kind, text):
    (words,) = personal_data(f"<p>Before {text} after</p>")
    assert kind in str(words)


@pytest.mark.parametrize("text", LET_THROUGH)
def test_ordinary_numbers_and_dates_are_let_through(text):
    assert list(personal_data(f"<p>{text}</p>")) == []


def is_found(word: str, text: str) -> bool:
    """As in the database, by hash alone."""
    (key,) = keys().values()
    return WithheldWord.hash(word) in {digest(key, phrase) for phrase in phrases(text)}


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Пример", "о ПРИМЕРЕ и другом"),
        ("Пример", "Primer's friend"),
        ("Үлгі", "улгинин досы"),
        ("Үлгі", "Ülgi"),
        ("Зета", "к Зете"),
        ("Zeta", "Зетаның"),
        ("Жета", "Zhety"),
        ("Жета", "Jeta"),
        ("Ерзета", "Yerzeta"),
        ("Zeta Omega", "she is Zeta’s Omega"),
        ("Zeta Omega", "zeta-omega-at-home"),
        ("Школа Зета 12", "в школе Зета № 12 города"),
    ],
)
def test_withheld_word_is_found_in_its_cases_and_spellings(word, text):
    assert is_found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Пример", "примерно"),
        ("Zeta", "Ze ta"),
        ("Zeta Omega", "Omega Zeta"),
        ("Zeta Omega", "Zeta alone, without it"),
    ],
)
def test_other_words_are_not(word, text):
    assert not is_found(word, text)


# The key of the hashes


@pytest.fixture
def story(db):
    story = make_story(state="draft", body="<p>Of Zeta.</p>")
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    return story


def fields(story) -> list[str]:
    return [p.field for p in Story.objects.get(pk=story.pk).problems()]


def test_new_key_beside_the_old_one_goes_on_finding_the_word(story, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert fields(story) == ["body_en"]


def test_new_key_alone_blocks_until_the_words_are_entered_again(story, settings):
    settings.SECRET_KEY = "another"
    before = fields(story)
    story.withheld_words.all().delete()
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    assert (before, fields(story)) == (["withheld_words"], ["body_en"])


def test_hash_of_an_unknown_key_blocks(story):
    """As hashes have that were made before the site noted their key."""
    story.withheld_words.update(key="")
    assert fields(story) == ["withheld_words"]


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["", "ab", "one two three four", "…"])
def test_word_that_cannot_be_looked_for_is_refused(as_lead, word):
    story = make_story()
    response = as_lead.post(address(WithheldWord, "add"), {"story": story.pk, "word": word})
    assert list(response.context["adminform"].form.errors) == ["word"]


# Where it is looked for


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["900101300123", "About Zeta"])
def test_every_public_text_is_read(text):
    story = make_story(state="draft", title_ru=text, pull_quote_kk=text)
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    make_subject(story, label_kk=text, relation=text)
    make_photo(story, alt_ru=text, caption_kk=text, credit=text)
    cite(story, locator=text, says_ru=text)
    assert sorted(fields(story)) == [
        *["citations"] * 2,
        *["photos"] * 3,
        "pull_quote_kk",
        *["subjects"] * 2,
        "title_ru",
    ]


# Words that hurt


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "<p>Help for <em>AIDS</em> victims.</p>", "AIDS victims"),
        ("ru", "Жертвы СПИДа", "Жертвы СПИДа"),
        ("ru", "Он – инвалид.", "инвалид"),
        ("kk", "Мугедектерге көмек", "Мугедектерге"),
        ("kk", "тастанды балалар", "тастанды балалар"),
    ],
)
def test_word_that_hurts_is_found(language, text, word):
    assert word in [found for found, _better in hurting_words(text, language)]


@pytest.mark.parametrize("language", CODES)
def test_better_words_do_not_hurt_themselves(language):
    better = [words for _pattern, words in hurting(language)]
    assert [words for words in better if list(hurting_words(words, language))] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "children with disabilities, and a normal day"),
        ("ru", "дети с инвалидностью, синдром Дауна"),
        ("kk", "мүгедектігі бар бала"),
    ],
)
def test_other_words_do_not_hurt(language, text):
    assert list(hurting_words(text, language)) == []
