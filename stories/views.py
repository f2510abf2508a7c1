from django.utils.translation import gettext_lazy as _

from programmes.models import Programme, Region
from programmes.views import of_programmes, public_values
from unicef_kz.content.likeness import MOST, similar
from unicef_kz.content.views import PageDetail, PageList, few, public_prefetch

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
        related = {
            "programmes": story.programmes.all(),
            "regions": story.regions.all(),
            "partners": story.partners.public(),
            "figures": story.figures.public().prefetch_related(public_values()),
        }
        alike = similar(story, **related).with_pictures()[:MOST]
        shown = {story.pk, *(other.pk for other in alike)}
        return super().get_context_data(
            place=story.public_place,
            milestones=of_programmes(story.programmes.public(), "milestones")[:6],
            alike=alike,
            latest=latest(shown),
            partners=related["partners"],
            figures=related["figures"],
            **kwargs,
        )


def latest(shown: set[int]):
    """The stories that changed last, without those that the page shows already."""
    newest = few("latest", Story.objects.public().by_change()[: 2 * MOST + 1])
    return newest.exclude(pk__in=shown).by_change()[:MOST]
