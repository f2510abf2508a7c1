from django.urls import path, re_path

from .views import VIEWS, Index, Nowhere, Schema

app_name = "api"

urlpatterns = [
    path("", Index.as_view(), name="index"),
    path("schema/", Schema.as_view(), name="schema"),
    *(path(f"{name}/", v.as_view({"get": "list"}), name=name) for name, v in VIEWS.items()),
    *(
        path(f"{name}/<slug:slug>/", view.as_view({"get": "retrieve"}), name=f"{name}-record")
        for name, view in VIEWS.items()
    ),
    re_path(r"^(?P<path>.*/)$", Nowhere.as_view()),
]
