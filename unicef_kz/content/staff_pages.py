"""What the pages of the admin that are ours have in common."""

from contextlib import contextmanager

from django.contrib import messages
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from .publishing import Refused


class StaffPages:
    """Part of a ModelAdmin with pages besides Django's own."""

    def route(self, pattern: str, view, name: str, *, post_only=False):
        view = self.admin_site.admin_view(require_POST(view) if post_only else view)
        return path(pattern, view, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")

    def address(self, name: str, *arguments) -> str:
        base = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{base}_{name}", args=arguments)

    def record_or_404(self, request, pk):
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404
        return record

    def staff_page(self, request, template: str, **context):
        frame = self.admin_site.each_context(request) | {"opts": self.opts}
        return TemplateResponse(request, f"admin/{template}.html", frame | context)


@contextmanager
def refusals_told(request, about=""):
    """What is refused inside is told to the person, and the page goes on."""
    try:
        yield
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{about}: {problem}" if about else str(problem))
