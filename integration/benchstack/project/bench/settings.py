"""The shop with views to measure, and, where SENTRY_DSN is set, with what a project monitors itself with.

sentry-sdk and django-prometheus are set up as their documentation says. BENCH_TRACES is the share of requests that the SDK
traces; without it there are errors only. BENCH_PROMETHEUS=0 leaves out django-prometheus.
"""

import os

from shop.settings import *  # noqa: F403
from shop.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS += ["bench"]
ROOT_URLCONF = "bench.urls"

if os.environ.get("SENTRY_DSN"):
    import sentry_sdk

    sentry_sdk.init(traces_sample_rate=float(os.environ.get("BENCH_TRACES", 0)) or None)
    if os.environ.get("BENCH_PROMETHEUS") != "0":
        INSTALLED_APPS += ["django_prometheus"]
        MIDDLEWARE = [
            "django_prometheus.middleware.PrometheusBeforeMiddleware",
            *MIDDLEWARE,
            "django_prometheus.middleware.PrometheusAfterMiddleware",
        ]
