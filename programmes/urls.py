from django.urls import include, path

from . import views

app_name = "programmes"

programmes = [
    path("", views.ProgrammeList.as_view(), name="programme_list"),
    path("<slug:slug>/", views.ProgrammeDetail.as_view(), name="programme"),
]
partners = [
    path("", views.PartnerList.as_view(), name="partner_list"),
    path("<slug:slug>/", views.PartnerDetail.as_view(), name="partner"),
]
regions = [
    path("", views.RegionList.as_view(), name="region_list"),
    path("<slug:slug>/", views.RegionDetail.as_view(), name="region"),
]
figures = [
    path("", views.FigureList.as_view(), name="indicator_list"),
    path("<slug:slug>/", views.FigureDetail.as_view(), name="indicator"),
    path("<slug:slug>/chart.svg", views.FigureChart.as_view(), name="indicator_chart"),
]

urlpatterns = [
    path("programmes/", include(programmes)),
    path("partners/", include(partners)),
    path("regions/", include(regions)),
    path("figures/", include(figures)),
]
