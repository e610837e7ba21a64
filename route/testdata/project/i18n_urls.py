from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.utils.functional import lazy
from django.utils.translation import get_language

import views

ABOUT = {"fr": "a-propos/", "pt-br": "sobre/"}


def about():
    return ABOUT.get(get_language(), "about/")


urlpatterns = [
    path("health/", views.a),
    path(lazy(about, str)(), views.b),
    re_path(r"^zh-cn/api/", views.c),
] + i18n_patterns(
    path("", views.home, name="home"),
    path(lazy(about, str)(), views.about, name="about"),
    re_path(lazy(lambda: "^x%s$" % (get_language() or ""), str)(), views.d),
    path("shop/", include([path("<int:pk>/", views.e), path(lazy(about, str)(), views.f)])),
    path("<str:anything>/x/", views.g),
    prefix_default_language=settings.PREFIX_DEFAULT_LANGUAGE,
)
