"""What a public field holds, where its model has no help text that says so.

The help texts of the models tell staff what to type; these tell readers what they find.
"""

from django.utils.translation import gettext_lazy as _

#: name of a field, after the model where it means something else there → description
DESCRIPTIONS = {
    "title": _("The name of the record, as its page has it."),
    "updated_at": _("When the record was last changed, in universal time (UTC)."),
    "body": _("The whole text."),
    "date_note": _("What the date leaves open, in words."),
    "regions": _("The regions that it concerns, by their code in ISO 3166-2."),
    "places": _("The towns, districts and institutions that it concerns."),
    "programmes": _("The programmes that it belongs to."),
    "programme": _("The programme that it belongs to."),
    "partners": _("The organisations that took part."),
    "names": _("Other and former names, and when they were in use."),
    "programme.kind": _("Whether it is an area of work, a programme or a part of one."),
    "parent": _("The area or programme that it is a part of."),
    "activity_status": _("How far the work has come, in the codes of IATI 2.03."),
    "challenge": _("The problem that the work answers."),
    "approach": _("What is done about it."),
    "results": _("What came of it, as far as the sources say."),
    "cycles": _("The programmes of cooperation that it stands in."),
    "participations": _("The organisations that take part, and what each does."),
    "participation.partner": _("The organisation that takes part."),
    "name_at_time": _("What the organisation was called then."),
    "partner.kind": _("The type of organisation, in the codes of IATI 2.03."),
    "acronym": _("The short form of its name."),
    "website": _("The organisation's own site."),
    "region.kind": _("Whether it is a region or a city that ranks with one."),
    "iso": _("The code of the region in ISO 3166-2, such as KZ-43."),
    "iso_old": _("The code in ISO 3166-2 that it had before."),
    "capital": _("The town where the region is governed from."),
    "valid_from": _("The first day of the region; empty where it is older than the record."),
    "valid_to": _("The day on which the region ceased to exist; empty while it exists."),
    "carved_from": _("The region that it was a part of before."),
    "renamed_to": _("The region that continues it under another name."),
    "measure": _("What kind of number it is."),
    "direction": _("Which way the values went."),
    "observation.kind": _("Where the work began, what it aims at, or what was reached."),
    "value": _("The number; the lower end where the source gives a range."),
    "qualifier": _("How the source limits the number; empty where it is exact."),
    "period_note": _("What the period leaves open, in words."),
    "quality": _("What the value rests on."),
    "caveat": _("What to know before the value is used."),
    "observation.region": _("The region of the value; empty for the whole country."),
    "observation.source": _("The document that the value is taken from."),
    "locator": _("The heading, page and line where the source has it."),
    "milestone.kind": _("What sort of event it is."),
    "significance": _("How much it changed, from 1 to 3; a turning point has 3."),
    "story.kind": _("Who tells the story, and how."),
    "standfirst": _("The sentences that open the story."),
    "pull_quote": _("A sentence that the page shows large."),
    "names_note": _("Whether the names in the story were changed or left out."),
    "figures": _("The key figures that the story bears out."),
    "source.kind": _("What sort of document it is."),
    "publisher": _("Who published the document."),
    "language": _("The language in which the document is written."),
    "address": _("Where the document can be read."),
    "accessed_on": _("The day on which we last saw it there."),
    "own_licence": _("On what terms the document itself may be used."),
    "reliability": _("How far the document can be relied on, from A to C."),
    "citation.source": _("The document that is cited."),
    "stance": _("Whether the source agrees with the page."),
    "says": _("What the source says, in our words."),
}


def described(model, name: str) -> str:
    return DESCRIPTIONS.get(f"{model._meta.model_name}.{name}") or DESCRIPTIONS.get(name, "")
