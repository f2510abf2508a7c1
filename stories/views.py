from django.utils.translation import gettext_lazy as _

from programmes.models import Indicator, Programme, Region
from programmes.views import MOST_OF_PROGRAMMES, first_of, public_values
from unicef_kz.content.likeness import MOST, similar
from unicef_kz.content.publishing import pictures
from unicef_kz.content.rows import Rows, few
from unicef_kz.content.views import PageDetail, PageList, public_prefetch

from .filters import StoryFilter
from .models import Story


class StoryList(PageList):
    model = Story
    filterset_class = StoryFilter
    title = _("Stories")
    intro = _("What the work means for one family, one school, one young person.")

    def related(self):
        return public_prefetch(Region, "regions"), "subjects"

    def records(self):
        return super().records().with_pictures()


class StoryDetail(PageDetail):
    model = Story

    def related(self):
        return (
            "subjects",
            public_prefetch(Region, "regions"),
            public_prefetch(Programme, "programmes"),
        )

    def get_context_data(self, **kwargs):
        story = self.object
        programmes = story.programmes.all()
        figures = list(story.figures.public().values_list("pk", flat=True))
        related = {
            "programmes": programmes,
            "regions": story.regions.all(),
            "partners": story.partners.public(),
            "figures": Rows.public(Indicator, figures, public_values()),
        }
        alike = similar(story, pictures(), **related)
        return super().get_context_data(
            place=story.public_place,
            milestones=first_of(programmes, "milestones", MOST_OF_PROGRAMMES),
            alike=alike,
            latest=latest({story.pk, *alike.keys}),
            partners=related["partners"],
            figures=related["figures"],
            **kwargs,
        )


def latest(shown: set[int]) -> Rows:
    """The stories that changed last, without those that the page shows already."""
    keys = few("latest", Story, lambda: Story.objects.public().by_change()[: 2 * MOST + 1])
    return Rows.public(Story, [key for key in keys if key not in shown][:MOST])
