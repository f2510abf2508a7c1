from django.utils.translation import gettext_lazy as _

from programmes.models import Indicator, Partner, Programme, Region
from programmes.views import MOST_OF_PROGRAMMES, first_of, public_values
from unicef_kz.content.likeness import MOST, similar
from unicef_kz.content.linked import linked_keys, named
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
        return ("subjects",)

    def get_context_data(self, **kwargs):
        story = self.object
        keys = linked_keys(story, "programmes", "regions", "partners", "figures")
        figures = [figure.pk for figure in named(Indicator, keys["figures"])]
        related = {
            "programmes": named(Programme, keys["programmes"]),
            "regions": named(Region, keys["regions"]),
            "partners": named(Partner, keys["partners"]),
            "figures": Rows.public(Indicator, figures, public_values),
        }
        alike = similar(story, pictures, **related)
        return super().get_context_data(
            place=story.public_place,
            milestones=first_of(related["programmes"], "milestones", MOST_OF_PROGRAMMES),
            alike=alike,
            latest=latest({story.pk, *alike.keys}),
            **related,
            **kwargs,
        )


def latest(shown: set[int]) -> Rows:
    """The stories that changed last, without those that the page shows already."""
    keys = few("latest", Story, lambda: Story.objects.public().by_change()[: 2 * MOST + 1])
    return Rows.public(Story, [key for key in keys if key not in shown][:MOST])
