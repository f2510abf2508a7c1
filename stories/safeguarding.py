"""The safeguarding rules that keep a story from being public, by their number in the policy.

Our reading of UNICEF's principles for ethical reporting on children.
"""

from django.utils.translation import gettext

from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.models import Correction
from unicef_kz.content.publishing import Problem

from .models import (
    LARGE_PLACES,
    Consent,
    Subject,
)
from .people import NEVER_SHOWN, SHOWN_AFTER_ASSESSMENT
from .scan import addresses, hurting_words, personal_data, plain
from .visibility import uncovered_photos


def open_rules(story):
    for subject in story.people:
        if subject.is_child:
            yield from child_rules(story, subject)
    if story.is_about_a_child:
        yield from assessment_rule(story)
        yield from place_rule(story)
        yield from risk_rule(story)
    yield from photo_rules(story)
    yield from text_rule(story)


def child_rules(story, subject):
    """Rules 1 to 4 and 6."""
    identified = subject.identity == Subject.Identity.IDENTIFIED
    if identified and NEVER_SHOWN & set(subject.circumstances):
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


def assessment_rule(story):
    """Rule 5: in the text under their own name, or where a picture shows a child."""
    for subject in story.people:
        shown = story.shows_a_child or subject.identity == Subject.Identity.IDENTIFIED
        counts = subject.is_child and subject.identity != Subject.Identity.AGGREGATE and shown
        if not counts or not SHOWN_AFTER_ASSESSMENT & set(subject.circumstances):
            continue
        if not story.risk_assessment.strip():
            text = gettext("“%s” can be recognised: that needs a written risk assessment.")
            yield Problem("risk_assessment", text % subject)
        elif not story.is_approved:
            text = gettext("The safeguarding lead has to approve the risk assessment for “%s”.")
            yield Problem("risk_assessment", text % subject)


def place_rule(story):
    """Rule 7: with a child the page says the region, nothing closer unless the lead allows it."""
    if not story.place_id:
        return
    if story.place.kind not in LARGE_PLACES:
        text = gettext("A story about a child never names a village, school or institution.")
        yield Problem("place", text)
    elif not story.is_approved:
        text = gettext(
            "A story about a child names the region. A city or district needs the approval of the "
            "safeguarding lead."
        )
        yield Problem("place", text)


def photo_rules(story):
    """Rules 1, 3 to 5 and 7 for pictures in which a child can be recognised."""
    if not story.shows_a_child:
        return
    for code in languages_with_text(story):
        uncovered = uncovered_photos(**{f"language_{code}": True})
        for photo in uncovered.filter(object_id=story.pk):
            text = gettext("No live consent lets us show the picture “%(photo)s” in %(language)s.")
            yield Problem("photos", text % {"photo": photo, "language": code.upper()})
    for subject in story.people:
        if subject.is_child and NEVER_SHOWN & set(subject.circumstances):
            text = gettext("“%s” may not be recognised in a picture: obscure it or take it away.")
            yield Problem("photos", text % subject)
    if story.place_id and story.identifies_a_child:
        text = gettext("Name, exact place and picture of a child never stand together.")
        yield Problem("photos", text)


def risk_rule(story):
    """Rule 12: answered, unless every child is without a name; a risk is for the lead to decide."""
    yield from unanswered(story)
    for name in story.RISKS:
        if getattr(story, name) in ("yes", "unsure") and not story.is_approved:
            label = story._meta.get_field(name).verbose_name
            yield Problem(name, gettext("The safeguarding lead has to decide: %s") % label)


def unanswered(story):
    """Also asked for before the review."""
    children = [s.identity for s in story.people if s.is_child]
    if set(children) <= {Subject.Identity.UNNAMED, Subject.Identity.AGGREGATE}:
        return
    for name in story.RISKS:
        if not getattr(story, name):
            label = story._meta.get_field(name).verbose_name
            yield Problem(name, gettext("Answer the question: %s") % label)


def text_rule(story):
    """Rule 8: personal data and withheld words block, in every language and in the address."""
    withheld = story.withheld_words.all()
    if withheld.unusable().exists():
        text = gettext(
            "The secret key of this site has changed, so the withheld words are not looked for any "
            "more: delete them and enter them again."
        )
        yield Problem("withheld_words", text)
    texts = [(name, text) for name, text, _language in public_texts(story) if text]
    found = withheld.stand_in(*(f"{plain(text)} {addresses(text)}" for _name, text in texts))
    for (name, text), is_withheld in zip(texts, found, strict=True):
        for words in personal_data(text):
            yield Problem(name, words)
        if is_withheld:
            yield Problem(name, gettext("A withheld word stands in it."))


def hurting(story):
    """Rule 8: words that can shame somebody are worth another look."""
    for name, text, language in public_texts(story):
        for word, better in hurting_words(text, language) if language else ():
            message = gettext("“%(word)s” can hurt. Better: “%(better)s”.")
            yield Problem(name, message % {"word": word, "better": better})


def public_texts(story):
    """(field of the form, text, its language or "")."""
    yield "slug", story.slug, ""
    yield from in_languages(story, *translated_names(type(story)))
    for subject in story.people:
        yield from in_languages(subject, "label", field="subjects")
        yield "subjects", subject.relation, ""
    for photo in story.photos.all():
        yield from in_languages(photo, "alt", "caption", field="photos")
        yield "photos", photo.credit, ""
    for citation in story.citations.all():
        yield from in_languages(citation, "says", field="citations")
        yield "citations", citation.locator, ""
    for correction in Correction.objects.about(story):
        yield from in_languages(correction, "reason", field="corrections")


def in_languages(row, *names, field=""):
    for name in names:
        for code in CODES:
            yield field or f"{name}_{code}", getattr(row, f"{name}_{code}") or "", code


def languages_with_text(story):
    names = translated_names(type(story))
    return [c for c in CODES if any(getattr(story, f"{name}_{c}") for name in names)]
