from django.db.models import Q
from django.views.generic import DetailView, ListView
from django_filters.views import FilterView

from .filters import StoryFilter
from .models import Story


class StoryList(FilterView):
    queryset = Story.objects.filter(is_published=True).select_related("programme", "region")
    filterset_class = StoryFilter
    template_name = "stories/story_list.html"
    paginate_by = 20


class StoryDetail(DetailView):
    queryset = Story.objects.filter(is_published=True).select_related("programme", "region")
    template_name = "stories/story_detail.html"


class Search(ListView):
    queryset = Story.objects.filter(is_published=True).select_related("programme", "region")
    template_name = "stories/search.html"
    paginate_by = 20

    def get_queryset(self):
        stories = super().get_queryset()
        for word in self.request.GET.get("q", "").split():
            found = Q()
            for name in ("title", "summary", "body"):
                for language in ("", "_kk", "_ru"):
                    found |= Q(**{f"{name}{language}__icontains": word})
            stories = stories.filter(found)
        return stories
