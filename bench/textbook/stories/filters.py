import django_filters

from .models import Story


class StoryFilter(django_filters.FilterSet):
    class Meta:
        model = Story
        fields = {
            "programme": ["exact"],
            "region": ["exact"],
            "kind": ["exact"],
            "date": ["gte", "lte"],
        }
