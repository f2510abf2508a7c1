from django.urls import path

from . import views

app_name = "stories"

urlpatterns = [
    path("stories/", views.StoryList.as_view(), name="story_list"),
    path("stories/<slug:slug>/", views.StoryDetail.as_view(), name="story"),
]
