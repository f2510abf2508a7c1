from django.urls import path

from .stories import views

urlpatterns = [
    path("stories/", views.StoryList.as_view(), name="story_list"),
    path("stories/<slug:slug>/", views.StoryDetail.as_view(), name="story"),
    path("search/", views.Search.as_view(), name="search"),
]
