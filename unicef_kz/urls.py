from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from unicef_kz.content.views import StandingView

from . import views

urlpatterns = [
    path("", views.root, name="root"),
    path("language/<slug:code>/", views.choose_language, name="choose_language"),
    path("preview/<slug:code>/<slug:kind>/<int:pk>/", views.preview, name="preview"),
    path("accounts/", include("unicef_kz.accounts.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(settings.ADMIN_URL, admin.site.urls),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", views.search_page, name="search"),
        path("", include("programmes.urls")),
        path("", include("timeline.urls")),
        path("", include("stories.urls")),
        path("", include("unicef_kz.content.urls")),
        path("<slug:slug>/", StandingView.as_view(), name="standing"),
    ),
]

handler404 = views.not_found
handler500 = views.server_error
