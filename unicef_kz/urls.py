from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from unicef_kz.accounts.views import my_settings, session
from unicef_kz.content.media import media, preview_media, private_file
from unicef_kz.content.views import StandingView

from . import calendars, feeds, previews, sitemaps, views
from .cards import views as cards
from .data.views import Archive, DataPackage, TableFile, data_page

TOKEN = r"(?P<token>[0-9a-f]{32})"
PICTURE = r"(?P<width>[1-9][0-9]{0,3})\.(?P<extension>webp|jpg)$"

urlpatterns = [
    path("", views.root, name="root"),
    path("language/<slug:code>/", views.choose_language, name="choose_language"),
    re_path(rf"^media/{TOKEN}/{PICTURE}", media, name="media"),
    re_path(rf"^preview/media/{TOKEN}/{PICTURE}", preview_media, name="preview_media"),
    path("preview/<slug:code>/<slug:kind>/<int:pk>/", previews.preview, name="preview"),
    path("preview/link/<str:key>/", previews.by_link, name="by_link"),
    path("preview/link/<str:key>/<slug:code>/", previews.by_link, name="by_link"),
    path(
        "preview/link/<str:key>/<slug:code>/changes/",
        previews.changes_by_link,
        name="changes_by_link",
    ),
    re_path(
        rf"^preview/link/(?P<key>[\w-]+)/{TOKEN}/{PICTURE}",
        previews.picture_by_link,
        name="picture_by_link",
    ),
    path("api/v1/", include("unicef_kz.api.urls")),
    path("data/datapackage.json", DataPackage.as_view(), name="datapackage"),
    path("data/<slug:name>.csv", TableFile.as_view(), name="table"),
    path("data/unicef-kazakhstan.zip", Archive.as_view(), name="archive"),
    path("accounts/", include("unicef_kz.accounts.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(
        f"{settings.ADMIN_URL}private/<slug:app>.<slug:model>/<int:pk>/<slug:field>/",
        admin.site.admin_view(private_file),
        name="private_file",
    ),
    path(f"{settings.ADMIN_URL}my-settings/", my_settings, name="my_settings"),
    path(f"{settings.ADMIN_URL}session/", session, name="staff_session"),
    path(settings.ADMIN_URL, admin.site.urls),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", views.search_page, name="search"),
        path("timeline/feed.atom", feeds.timeline_feed, name="timeline_feed"),
        path("timeline/calendar.ics", calendars.timeline_calendar, name="timeline_calendar"),
        path("stories/feed.atom", feeds.stories_feed, name="stories_feed"),
        path("card/<slug:name>.png", cards.page, name="page_card"),
        path("card/<slug:kind>/<slug:slug>.png", cards.record, name="record_card"),
        path("search/suggest/", views.suggest, name="suggest"),
        path("", include("programmes.urls")),
        path("", include("timeline.urls")),
        path("", include("stories.urls")),
        path("", include("unicef_kz.content.urls")),
        path("data/", data_page, name="data"),
        path("<slug:slug>/", StandingView.as_view(), name="standing"),
    ),
]

handler404 = views.not_found
handler500 = views.server_error
