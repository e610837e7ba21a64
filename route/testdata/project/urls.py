"""What breaks a resolver that does not do as Django does."""

import functools

from django.urls import include, path, re_path, register_converter

import views


class Year:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


register_converter(Year, "year")

users = [
    path("", views.a, name="list"),
    path("<int:pk>/", views.b, name="one"),
    path("<uuid:pk>/", views.c, name="by-id"),
    path("<str:name>/", views.d, name="by-name"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("users/", include((users, "people"), namespace="people")),
    path("users/<int:pk>/", views.e),
    # An include is committed to what its prefix has matched.
    path("<path:p>/committed/", include([path("a/b/", views.a)])),
    path("greedy/<path:p>/", include([path("a/b/", views.b)])),
    path("greedy/<str:p>", include([path("", views.c), path("/x", views.d)])),
    path("pair/<int:a><int:b>/", views.a),
    path("pair/<slug:a>-<int:b>.html", views.b),
    path("int/<int:pk>/", views.a),
    path("int/<str:pk>/", views.b),
    path("year/<year:y>/", views.a),
    path("year/<year:y>/<int:n>/", views.b),
    path("year/<slug:y>/", views.c),
    path("year/<year:y>-", include([path("<path:p>", views.d)])),
    path("file/<path:p>", views.a),
    path("a.b+(c)/$^é", views.a),
    path("lone<bracket/", views.b),
    path("empty<>/", views.c),
    path("//double//", views.d),
    # search and fullmatch
    re_path("anywhere", views.a),
    re_path(r"^a|b$", views.b),
    re_path(r"^q$", views.c),
    re_path(r"^dollar\$", views.d),
    re_path(r"^open/", views.e, name="open"),
    re_path(r"^(end$|end2$)", views.f),
    re_path(r"^inner(?:$)", views.g),
    re_path(r"^multi/(?m:x$)", views.a),
    re_path(r"^line/(?s:.)$", views.b),
    re_path(r"^line2/.$", views.c),
    re_path(r"^z/x\Z", views.d),
    re_path(r"^money\$", include([path("/x", views.g), re_path("y", views.f)])),
    re_path(r"^inc/(?P<a>\w+)/", include([path("b/<uuid:u>", views.a), re_path(r"^c/(\d+)/$", views.b), re_path("d", views.c)])),
    re_path(r"", include([re_path(r"^nested/$", views.f), re_path(r"x/nested/$", views.g)])),
    re_path(r"(?P<x>y+)z/", include([path("tail/", views.a)])),
    # What the letters mean
    re_path(r"^digits/(\d+)/$", views.a),
    re_path(r"^words/(?P<slug>[\w-]+)/$", views.b),
    re_path(r"^spaces/(\s)/$", views.c),
    re_path(r"^nots/(\D)(\W)(\S)/$", views.d),
    re_path(r"^notset/([^\d\s])([\W_])/$", views.e),
    re_path(r"^ascii/(?a:(\d|\w)\s?\S)/$", views.f),
    re_path(r"^edge/\bfoo\b/$", views.g),
    re_path(r"^edge/.\B.x/$", views.a),
    re_path(r"^braces/x{,3}/$", views.b),
    re_path(r"^braces/{}x{2,}y{z}/$", views.c),
    re_path(r"^many/x{1001}/$", views.d),
    re_path(r"^fold/(?i:straße/[i-k]+k)/$", views.e),
    re_path(r"(?i)^case/Report_s/$", views.f),
    re_path(r"(?x) ^ verbose / [ #]  \  # comment", views.g),
    re_path(r"^class/[]\-a-c\x41\u0042&&--~~||[]+/$", views.a),
    re_path(r"^octal/\101\012?\0/$", views.b),
    # What RE2 cannot do
    re_path(r"^(?!admin|api)ahead/(?P<rest>.*)$", views.c),
    re_path(r"^behind/\w+(?<!x)(?<=y)/$", views.d),
    re_path(r"^twice/(?P<a>\w+)-(?P=a)/$", views.e),
    re_path(r"^twice/(\w)\1\1/$", views.f),
    re_path(r"^if/(<)?a(?(1)>|b)/$", views.g),
    re_path(r"^note/(?#a comment)x/$", views.a),
    re_path(r"^opt(?:/(?P<page>\d+))?/?$", views.Callable()),
    re_path(r"^lazy/(.+?)/(?P<b>.*?)/$", functools.partial(views.Nested.view, x=1)),
    re_path(r"^api/(?P<v>v1|v2)/things\.(?P<format>[a-z0-9]+)/?$", views.a),
    re_path(r"^api/(?P<v>v1|v2)/", include([path("things/", views.b), re_path(r"^things/(?P<pk>[^/.]+)/$", views.c)])),
    re_path(r"^admin/(?P<url>.*)$", views.last, name="catch-all"),
]
