from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.urls.converters import get_converters
from django.utils.translation import activate, gettext_lazy

from . import patterns, views

activate("fr")  # some do

urlpatterns = [
    path("", views.page, name="home"),
    path("books/", include("library.books", namespace="fiction")),
    path("more-books/", include("library.books")),
    re_path("anywhere", views.partial),
    re_path(r"(?i)^CAFÉ/(\w+)/$", views.called, name="café"),
    re_path(r"(?ax)^ no \ blanks / (?P<digits>\d+) $", views.page),
    re_path(r"^users/(?P<name>[\w-]+)/", include(([path("<int:pk>/", views.page, name="user")], "users"))),
    URLPattern(patterns.Caseless("^caseless$", is_endpoint=True), views.page),
    URLPattern(patterns.Mirrored("<int:n>/", is_endpoint=True), views.page, name="mirrored"),
    URLResolver(patterns.Word(), [path("a/", views.page)]),
    URLPattern(patterns.Moon(), views.page, name="moon"),
    URLResolver(patterns.Country(), [path("b/", views.page)]),
    patterns.Bilingual(
        patterns.Caseless("^bilingual/"),
        {
            "en": [path("news/", views.page), patterns.Bilingual(patterns.Caseless(""), {"en": []})],
            "fr": [path("nouvelles/", views.page)],
        },
    ),
    path(gettext_lazy("catalogue/<int:pk>/"), views.page, name="catalogue"),
]

# As reverse() does to what is below a pattern with converters.
urlpatterns[2].pattern.converters["isbn"] = get_converters()["isbn"]

urlpatterns += [path("shelf/%d/" % number, views.page, name="shelf-%d" % number) for number in range(2)]

urlpatterns += i18n_patterns(
    path(gettext_lazy("about/"), views.page, name="about"),
    re_path(gettext_lazy(r"^opening-hours/(?P<day>\w+)/$"), views.page, name="hours"),
    path("plain/", views.page, name="plain"),
    prefix_default_language=False,
)

urlpatterns += i18n_patterns(path("always/", views.page, name="always"))
