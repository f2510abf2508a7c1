from django.urls import path

from . import views

app_name = "content"

urlpatterns = [
    path("sources/", views.SourceList.as_view(), name="source_list"),
    path("sources/<slug:slug>/", views.SourceDetail.as_view(), name="source"),
]
