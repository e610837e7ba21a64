"""Settings of the demo shop.

Everything a test may want to vary comes from the environment:

    SHOP_DEBUG       1 turns Django's debug pages on; default off
    SHOP_DATA        directory of everything the shop writes; default .build/shop in the repository
    SHOP_DATABASE    path of the SQLite file; default shop.sqlite3 in SHOP_DATA
    SHOP_HOSTS       further allowed hosts, separated by commas
    SHOP_HTTPS       1 where the shop is served by HTTPS alone; default off
    SHOP_SECRET_KEY  default is good for a demo only
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
REPOSITORY = BASE_DIR.parents[1]
DATA = Path(os.environ.get("SHOP_DATA") or REPOSITORY / ".build" / "shop")

DEBUG = os.environ.get("SHOP_DEBUG", "").lower() in ("1", "true", "yes", "on")
SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "a-demo-shop-has-no-secrets-worth-keeping-from-its-readers")
ALLOWED_HOSTS = ["localhost", "127.0.0.1"] + [
    host.strip() for host in os.environ.get("SHOP_HOSTS", "").split(",") if host.strip()
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
HTTPS = os.environ.get("SHOP_HTTPS", "").lower() in ("1", "true", "yes", "on")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "catalog",
    "crashes",
    "mirror",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crashes.middleware.Crash",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
ASGI_APPLICATION = "shop.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE") or DATA / "shop.sqlite3",
        # Several workers share the file: seconds to wait for another's write.
        "OPTIONS": {"timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"

LOGIN_REDIRECT_URL = "/"
