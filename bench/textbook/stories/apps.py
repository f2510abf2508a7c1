from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "bench.textbook.stories"
    label = "textbook"
