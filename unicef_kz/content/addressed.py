from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


class Addressed:
    """Part of Page: a kind has a list, and each record a page, by the names of their patterns."""

    def get_absolute_url(self) -> str:
        """ "" for a kind that has no page of its own."""
        try:
            return reverse(f"{self._meta.app_label}:{self._meta.model_name}", args=[self.slug])
        except NoReverseMatch:
            return ""

    @classmethod
    def list_address(cls, **filters) -> str:
        """With the parameters that narrow the list."""
        address = reverse(f"{cls._meta.app_label}:{cls._meta.model_name}_list")
        return f"{address}?{urlencode(filters)}" if filters else address
