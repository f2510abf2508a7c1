"""Reports of errors to a Sentry server, without anything that people typed or who they are."""

from django.core.exceptions import ImproperlyConfigured

from .logs import scrubbed

TESTED = "2.75.0"


def start(dsn: str) -> None:
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured(
            f"SENTRY_DSN is set, and its library is missing: pip install sentry-sdk=={TESTED}"
        ) from error
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=without_people,
    )


def without_people(event: dict, hint=None) -> dict:
    """What is left of a report: where it happened, and what went wrong."""
    request = event.get("request", {})
    event["request"] = {"method": request.get("method"), "url": scrubbed(request.get("url", ""))}
    event.pop("user", None)
    event.pop("extra", None)
    for value in event.get("exception", {}).get("values", ()):
        value["value"] = scrubbed(value.get("value") or "")
    if "logentry" in event:
        event["logentry"] = {"message": scrubbed(event["logentry"].get("message") or "")}
    return event
