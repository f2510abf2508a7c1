from django.urls import path

from . import views

app_name = "timeline"

urlpatterns = [
    path("timeline/", views.Timeline.as_view(), name="milestone_list"),
    path("timeline/<slug:slug>/", views.MilestoneDetail.as_view(), name="milestone"),
]
