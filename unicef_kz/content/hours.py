import datetime

from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.utils.translation import gettext

from .publishing import Problem, Refused


def chosen_hour(text: str) -> datetime.datetime | None:
    """From a ``datetime-local`` input, in the time of the site; None for now.

    Raises Refused for what is no date and time.
    """
    try:
        return DateTimeField(required=False).clean(text)
    except ValidationError as error:
        problem = gettext("“%s” is no date and time. Write it as 2030-01-31T09:00.") % text
        raise Refused(Problem("publish_at", problem)) from error
