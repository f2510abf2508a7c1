"""Log lines that find each other by the request, and hold no word of a person."""

import datetime
import json
import logging
import re
import time
from contextvars import ContextVar

from django.conf import settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
slow = logging.getLogger("slow")
#: What opens a record or an account, and what PostgreSQL quotes from the row that it refused.
SECRETS = (
    (re.compile(r"(/preview/link/|/password/reset/key/)[^\s/\"'?]+"), r"\1…"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "…@…"),
    (re.compile(r"DETAIL: .*"), "DETAIL: …"),
)


def scrubbed(text: str) -> str:
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


class WithRequest(logging.Filter):
    def filter(self, record):
        record.request_id = request_id.get() or "-"
        return True


class Line(logging.Formatter):
    def format(self, record):
        return scrubbed(super().format(record))


class Json(logging.Formatter):
    """One object a line. ``event`` names what a machine may watch for."""

    def format(self, record):
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        facts = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": record.request_id,
        }
        if record.name.startswith("django.security."):
            facts["event"] = record.name.removeprefix("django.security.").lower()
        if record.exc_info:
            facts["trace"] = self.formatException(record.exc_info)
        facts |= getattr(record, "facts", {})
        cleaned = {k: scrubbed(v) if isinstance(v, str) else v for k, v in facts.items()}
        return json.dumps(cleaned, ensure_ascii=False, default=str)


def timed(execute, sql, params, many, context):
    """The statement alone: its parameters are what people typed."""
    start = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        if (took := int((time.monotonic() - start) * 1000)) >= settings.SLOW_QUERY_MS:
            facts = {"event": "slow_query", "ms": took}
            slow.warning("%d ms: %s", took, sql[:2000], extra={"facts": facts})


def time_queries(sender, connection, **kwargs):
    if settings.SLOW_QUERY_MS and timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def config(form: str) -> dict:
    """``form``: json or line."""
    to_console = {"class": "logging.StreamHandler", "formatter": form, "filters": ["request"]}
    line = "{asctime} {levelname} {name} {request_id} {message}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "unicef_kz.logs.WithRequest"}},
        "formatters": {
            "line": {"()": "unicef_kz.logs.Line", "format": line, "style": "{"},
            "json": {"()": "unicef_kz.logs.Json"},
        },
        "handlers": {"console": to_console},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"security": {"level": "INFO"}},
    }
