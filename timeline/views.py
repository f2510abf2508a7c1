from django.utils.translation import gettext_lazy as _

from programmes.models import Partner, Programme, Region
from programmes.views import MOST_OF_PROGRAMMES, first_of, public_values
from unicef_kz.content.kept import COUNTS
from unicef_kz.content.likeness import MOST, similar
from unicef_kz.content.linked import linked_keys, named
from unicef_kz.content.publishing import pictures
from unicef_kz.content.views import PageDetail, PageList

from .filters import MilestoneFilter
from .models import Milestone


class Timeline(PageList):
    """Grouped by decade and year in the template; the undated stand last."""

    model = Milestone
    filterset_class = MilestoneFilter
    #: The whole of today's record on one page of less than 40 kB; more of it would not be.
    paginate_by = 80
    title = _("Timeline")
    intro = _("What happened for children in Kazakhstan, and when, as exactly as the sources say.")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"strip": self.strip(context["page_obj"].number)}

    def strip(self, page) -> list[dict]:
        """The decades that hold something, each with the address of its first milestone."""
        order = self.filterset.form["sort"].value() or "date"
        if "title" in order:
            return []
        before, strip = 0, []
        every = COUNTS.get(("decades", self.filterset.question), self.filterset.qs.decades)
        decades = [d for d in every if d["n"]]
        if order == "-date":
            decades.sort(key=lambda d: -(d["start"] or 0))
        for decade in decades:
            number = before // self.paginate_by + 1
            anchor = f"#d{decade['start']}" if decade["start"] else "#undated"
            address = "" if number == page else self.filterset.query(page=number)
            strip.append(decade | {"href": address + anchor})
            before += decade["n"]
        return strip


class MilestoneDetail(PageDetail):
    model = Milestone

    def get_context_data(self, **kwargs):
        milestone = self.object
        dated = Milestone.objects.public().exclude(earliest=None)
        day = milestone.earliest
        keys = linked_keys(milestone, "programmes", "partners", "regions")
        programmes = named(Programme, keys["programmes"])
        related = {
            "programmes": programmes,
            "partners": named(Partner, keys["partners"]),
            "regions": named(Region, keys["regions"]),
        }
        return super().get_context_data(
            places=milestone.places.all(),
            figures=first_of(programmes, "indicators", MOST_OF_PROGRAMMES, public_values),
            stories=first_of(programmes, "stories", MOST, pictures),
            similar=similar(milestone, **related),
            before=dated.filter(earliest__lt=day).last() if day else None,
            after=dated.filter(earliest__gt=day).first() if day else None,
            **related,
            **kwargs,
        )
