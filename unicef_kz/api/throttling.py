"""How often one address may ask. Its count is kept under a hash of it, for a minute."""

from django.conf import settings
from django.utils.crypto import salted_hmac
from rest_framework.throttling import SimpleRateThrottle


class Throttle(SimpleRateThrottle):
    def get_cache_key(self, request, view):
        ident = salted_hmac("api", self.get_ident(request)).hexdigest()[:32]
        return f"{self.scope}-{ident}"

    def headers(self) -> dict[str, str]:
        """{} where nothing is counted."""
        if not self.rate:
            return {}
        oldest = self.history[-1] if self.history else self.now
        return {
            "RateLimit-Limit": str(self.num_requests),
            "RateLimit-Remaining": str(max(0, self.num_requests - len(self.history))),
            "RateLimit-Reset": str(max(0, round(oldest + self.duration - self.now))),
        }


class PageRate(Throttle):
    scope = "api"

    def get_rate(self):
        return settings.API_RATE or None


class FileRate(Throttle):
    """Files of all rows cost more."""

    scope = "api-file"

    def get_rate(self):
        return settings.EXPORT_RATE or None
