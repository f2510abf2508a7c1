"""The safeguarding rules that keep a story from being public, by their number in the policy.

Our reading of UNICEF's principles for ethical reporting on children.
"""

import re

from django.utils.translation import gettext

from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.publishing import Problem

from .models import Consent, Subject, WithheldWord, uncovered_photos

NEVER_IDENTIFIED = {"sexual_abuse", "perpetrator", "conflict_with_law", "combatant"}
#: Rules 3 and 5: no picture shows such a child, or one that is told of beside it.
NEVER_PICTURED = NEVER_IDENTIFIED | {
    "refugee",
    "displaced",
    "former_combatant",
    "returned",
    "violence_survivor",
    "suicide",
    "residential_care",
    "illness",
    "disability",
}
PERSONAL_DATA = re.compile(
    r"\b\d{12}\b"  # individual identification number
    r"|\b(?:N|№)?\s?0\d{8}\b"  # number of an identity card
    r"|\b(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d\b"  # date of birth
    r"|(?:\+7|\b8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b"
    r"|[\w.+-]+@[\w-]+\.[\w.]+"
)


def open_rules(story):
    for subject in story.people:
        if subject.is_child:
            yield from child_rules(story, subject)
    if story.is_about_a_child:
        yield from place_rule(story)
        yield from risk_rule(story)
    yield from photo_rules(story)
    yield from text_rule(story)


def child_rules(story, subject):
    """Rules 1 to 4 and 6."""
    identified = subject.identity == Subject.Identity.IDENTIFIED
    if identified and NEVER_IDENTIFIED & set(subject.circumstances):
        text = gettext("“%s” may never be identified, whatever the consent.")
        yield Problem("subjects", text % subject)
    if identified:
        live = Consent.objects.live().filter(subject=subject)
        if "hiv" in subject.circumstances:
            live = live.filter(covers_hiv=True)
        for code in languages_with_text(story):
            if not live.filter(**{f"language_{code}": True}).exists():
                text = gettext("No live consent lets us show “%(who)s” in %(language)s.")
                yield Problem("subjects", text % {"who": subject, "language": code.upper()})
    if subject.identity == Subject.Identity.PSEUDONYM and not subject.is_pseudonym:
        yield Problem("subjects", gettext("Mark the name “%s” as not the real one.") % subject)


def place_rule(story):
    """Rule 7, the triangle: with a child the page says the region, nothing closer."""
    if story.place_id:
        yield Problem("place", gettext("A story about a child names the region, not the place."))


def photo_rules(story):
    """Rules 1, 3 to 5 and 7 for pictures in which a child can be recognised."""
    pictures = [photo for photo in story.photos.all() if photo.shows_a_child]
    if not pictures:
        return
    for code in languages_with_text(story):
        for photo in uncovered_photos(story.pk, **{f"language_{code}": True}):
            text = gettext("No live consent lets us show the picture “%(photo)s” in %(language)s.")
            yield Problem("photos", text % {"photo": photo, "language": code.upper()})
    children = [subject for subject in story.people if subject.is_child]
    for subject in children:
        if NEVER_PICTURED & set(subject.circumstances):
            text = gettext("“%s” may not be recognised in a picture: obscure it or take it away.")
            yield Problem("photos", text % subject)
    if story.place_id and any(s.identity == Subject.Identity.IDENTIFIED for s in children):
        text = gettext("Name, exact place and picture of a child never stand together.")
        yield Problem("photos", text)


def risk_rule(story):
    """Rule 12: answered, unless every child is without a name; a risk is for the lead to decide."""
    unnamed = all(s.identity in ("unnamed", "aggregate") for s in story.people if s.is_child)
    for name in story.RISKS:
        answer = getattr(story, name)
        label = story._meta.get_field(name).verbose_name
        if not answer and not unnamed:
            yield Problem(name, gettext("Answer the question: %s") % label)
        if answer in ("yes", "unsure") and not story.is_approved:
            yield Problem(name, gettext("The safeguarding lead has to decide: %s") % label)


def text_rule(story):
    """Rule 8: personal data and withheld words block, in every language and in the address."""
    withheld = set(story.withheld_words.values_list("digest", flat=True)) if story.pk else set()
    for name, text in public_texts(story):
        if PERSONAL_DATA.search(text):
            message = gettext("There is a number or address in it that identifies a person.")
            yield Problem(name, message)
        if withheld & {WithheldWord.hash(word) for word in re.findall(r"\w+", text)}:
            yield Problem(name, gettext("A withheld word stands in it."))


def public_texts(story):
    yield "slug", story.slug.replace("-", " ")
    for name in translated_names(type(story)):
        for code in CODES:
            yield f"{name}_{code}", getattr(story, f"{name}_{code}") or ""
    for subject in story.people:
        yield from in_languages("subjects", subject, "label")
    for photo in story.photos.all():
        yield from in_languages("photos", photo, "alt", "caption")
        yield "photos", photo.credit
    for citation in story.citations.all():
        yield from in_languages("citations", citation, "says")


def in_languages(field, row, *names):
    for name in names:
        for code in CODES:
            yield field, getattr(row, f"{name}_{code}") or ""


def languages_with_text(story):
    names = translated_names(type(story))
    return [c for c in CODES if any(getattr(story, f"{name}_{c}") for name in names)]
