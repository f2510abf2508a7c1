"""The dated milestones as a calendar (RFC 5545), with the filters of the list."""

import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event

from timeline.views import Timeline
from unicef_kz.content.dates import earliest, in_words, latest
from unicef_kz.content.languages import shown

from .feeds import host, query, with_etag

A_DAY = datetime.timedelta(days=1)


@with_etag
def timeline_calendar(request):
    page = Timeline()
    page.setup(request)
    calendar = empty_calendar(request.path + query(page.filterset))
    for milestone in page.filterset.qs.exclude(date=""):
        calendar.add_component(event(milestone))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="timeline.ics"'
    return response


def empty_calendar(address: str) -> Calendar:
    name = f"{Timeline.title} – {gettext('UNICEF in Kazakhstan: the record')}"
    calendar = Calendar()
    calendar.add("prodid", f"-//{host()}//Timeline//{get_language().upper()}")
    calendar.add("version", "2.0")
    for key in ("name", "x-wr-calname"):  # RFC 7986, and what came before it
        calendar.add(key, name)
    calendar.add("description", Timeline.intro)
    calendar.add("source", settings.SITE_URL + address, parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", A_DAY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    return calendar


def event(milestone) -> Event:
    """All day, and no claim on anybody's time."""
    title, language = shown(milestone, "title")
    url = settings.SITE_URL + milestone.get_absolute_url()
    start, end = days(milestone.date)
    found = Event()
    found.add("uid", f"milestone-{milestone.pk}@{host()}")
    found.add("dtstamp", milestone.changed_at)
    found.add("last-modified", milestone.changed_at)
    found.add("created", milestone.created_at)
    found.add("dtstart", start)
    found.add("dtend", end)
    found.add("summary", title, parameters={"LANGUAGE": language})
    found.add("description", description(milestone), parameters={"LANGUAGE": get_language()})
    found.add("url", url)
    found.add("categories", [milestone.get_kind_display()])
    found.add("transp", "TRANSPARENT")
    found.add("class", "PUBLIC")
    return found


def days(date: str) -> tuple[datetime.date, datetime.date]:
    """First day and the day after the last; an open range shows where it begins or ends."""
    first, _slash, last = date.partition("/")
    if last == "..":
        last = first
    if first == "..":
        first = last
    return earliest(first), latest(last or first) + A_DAY


def description(milestone) -> str:
    parts = [shown(milestone, "summary")[0], how_exact(milestone.date)]
    parts += [shown(milestone, "date_note")[0], settings.SITE_URL + milestone.get_absolute_url()]
    return "\n\n".join(filter(None, parts))


def how_exact(date: str) -> str:
    """What a calendar cannot say about a date; "" for a single certain day."""
    if "/" in date:
        return gettext("The source gives a period: %(period)s.") % {"period": in_words(date)}
    if date[-1] in "~?%":
        return gettext("The source does not give the date for certain: %(date)s.") % {
            "date": in_words(date)
        }
    match date.count("-"):
        case 0:
            return gettext("The source gives the year only.")
        case 1:
            return gettext("The source gives the month only.")
    return ""
