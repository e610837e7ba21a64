from base import *

ROOT_URLCONF = "site_wagtail.urls"
INSTALLED_APPS += [
    "wagtail",
    "wagtail.admin",
    "wagtail.api.v2",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.styleguide",
    "wagtail.contrib.typed_table_block",
    "wagtail.documents",
    "wagtail.embeds",
    "wagtail.images",
    "wagtail.locales",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.users",
    "modelcluster",
    "taggit",
]
MIDDLEWARE += LOCALE_MIDDLEWARE + ["wagtail.contrib.redirects.middleware.RedirectMiddleware"]
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "French"), ("zh-hans", "Chinese")]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_SITE_NAME = "A test"
WAGTAILADMIN_BASE_URL = "http://localhost"
