"""The two views behind every public list and page, and the staff preview of one record."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView

from .facets import page_links
from .filters import PageFilter, SourceFilter
from .kept import COUNTS
from .languages import shown
from .likeness import MOST
from .models import Citation, Correction, FormerSlug, Source, StandingPage
from .rows import Rows

MOST_CORRECTIONS = 200


def public_prefetch(model, path: str) -> Prefetch:
    """Related records, without those that the visitor may not see."""
    return Prefetch(path, model.objects.public())


class PageList(ListView):
    """A filtered list. Subclasses name the model, the FilterSet and what the cards need."""

    filterset_class = None
    paginate_by = 20
    title = intro = ""

    def related(self):
        """The prefetches that the cards of this list need."""
        return ()

    def records(self):
        return self.model.objects.public().prefetch_related(*self.related())

    @cached_property
    def filterset(self) -> PageFilter:
        records = self.model.objects.public()
        return self.filterset_class(self.request.GET, records, request=self.request)

    def changed(self):
        return self.model.objects.public().last_change()

    def get_queryset(self):
        return Rows(self.model, self.filterset.keys, self.find)

    def find(self, keys):
        return self.records().for_cards().filter(pk__in=keys)

    def paginate_queryset(self, rows, page_size):
        """A page that does not exist is empty and says so; it is no error."""
        paginator = self.get_paginator(rows, page_size)
        number = (self.filterset.values("page") or ["1"])[-1]
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
        if 1 <= wanted <= paginator.num_pages:
            page = paginator.page(wanted)
            return paginator, page, page.object_list, page.has_other_pages()
        self.filterset.messages["page"] = [
            gettext("There is no such page; the last one is %(last)s.")
            % {"last": paginator.num_pages}
        ]
        page = paginator.page(1)
        page.object_list = []
        return paginator, page, page.object_list, False

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        filters, page = self.filterset, context["page_obj"]
        return (
            context
            | page_links(filters, page)
            | {
                "filters": filters,
                "title": self.title,
                "intro": self.intro,
                "changed": COUNTS.get(("changed", self.model), self.changed),
                "total": page.paginator.count,
            }
        )


class PageDetail(DetailView):
    """One public record; 410 once it was withdrawn, a redirect from an address it used to have."""

    def related(self):
        return ()

    def get_queryset(self):
        pages = self.visible().with_pictures()
        return pages.prefetch_related(*self.related(), *page_prefetch())

    def visible(self):
        return self.model.objects.public()

    def get(self, request, *args, **kwargs):
        slug = kwargs["slug"]
        record = self.get_queryset().filter(slug=slug).first()
        if record is None:
            return self.not_there(slug)
        self.object = record
        return self.render_to_response(self.get_context_data(object=record))

    def not_there(self, slug):
        if self.model.objects.gone().filter(slug=slug).exists():
            return render(self.request, "410.html", status=410)
        if target := FormerSlug.target(self.model, slug):
            return HttpResponsePermanentRedirect(target.get_absolute_url())
        return render(self.request, "404.html", status=404)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | page_context(self.object)


def page_prefetch():
    public_sources = Citation.objects.filter(source__in=Source.objects.public())
    return "translations", Prefetch("citations", public_sources.select_related("source"))


def page_context(record) -> dict:
    """What the frame of every record's page shows: language, sources and their differences."""
    citations = list(record.citations.all())
    _title, language = shown(record, "title")
    return {
        "text_language": language,
        "translation_state": record.translation_state(get_language()),
        "citations": citations,
        "differing": any(c.stance == Citation.Stance.DIFFERS for c in citations),
    }


class StandingView(PageDetail):
    model = StandingPage
    template_name = "content/standing.html"

    def visible(self):
        return super().visible().exclude(slug="home")  # its text stands on the home page

    def get_context_data(self, **kwargs):
        if self.object.slug == "corrections":
            kwargs["corrections"] = Correction.objects.public()[:MOST_CORRECTIONS]
        return super().get_context_data(**kwargs)


class SourceList(PageList):
    model = Source
    filterset_class = SourceFilter
    title = _("Sources")
    intro = _("Every fact of this record rests on one of these documents.")


class SourceDetail(PageDetail):
    model = Source

    def get_context_data(self, **kwargs):
        groups = [
            (model._meta.verbose_name_plural, records)
            for model, records in resting_on(self.object)
            if records
        ]
        alike = Source.objects.public().filter(publisher=self.object.publisher)
        kwargs["similar"] = alike.exclude(Q(pk=self.object.pk) | Q(publisher=""))[:MOST]
        return super().get_context_data(groups=groups, **kwargs)


def resting_on(source):
    """(model, public records) for each kind that cites the source or takes a row from it."""
    kinds = source.cited.order_by().values_list("content_type", flat=True).distinct()
    models = (ContentType.objects.get_for_id(kind).model_class() for kind in sorted(kinds))
    resting = {model: Q(citations__source=source) for model in models}
    for relation in source._meta.related_objects:
        if owner := getattr(relation.related_model, "owner", ""):
            model = relation.related_model._meta.get_field(owner).related_model
            rows = getattr(source, relation.get_accessor_name()).public()
            resting[model] = resting.get(model, Q()) | Q(pk__in=rows.values(owner))
    for model, condition in resting.items():
        yield model, model.objects.public().filter(condition).distinct()
