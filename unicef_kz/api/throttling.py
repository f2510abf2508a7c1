"""The limits of ``rates`` as REST framework asks for them."""

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from unicef_kz import rates


class Throttle(BaseThrottle):
    scope = rate_setting = ""
    verdict = None

    def allow_request(self, request, view):
        self.verdict = rates.take(self.scope, request, getattr(settings, self.rate_setting))
        return not (self.verdict and self.verdict.wait)

    def wait(self):
        return self.verdict.wait

    def headers(self) -> dict[str, str]:
        """{} where nothing is counted."""
        return self.verdict.headers if self.verdict else {}


class PageRate(Throttle):
    scope, rate_setting = "api", "API_RATE"


class FileRate(Throttle):
    """Files of all rows cost more."""

    scope, rate_setting = "api-file", "EXPORT_RATE"
