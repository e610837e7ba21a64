from base import *

ROOT_URLCONF = "site_admin.urls"
INSTALLED_APPS += [
    "django.contrib.admindocs",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    "django.contrib.sitemaps",
]
MIDDLEWARE += LOCALE_MIDDLEWARE
LANGUAGE_CODE = "en"
