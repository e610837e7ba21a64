"""The shop with Sentry's SDK in it, as its documentation sets it up; SENTRY_DSN says where it reports to."""

import sentry_sdk

sentry_sdk.init()

from shop.wsgi import application as shop  # noqa: E402


def application(environ, start_response):
    sentry_sdk.flush(timeout=20)  # or a crash that kills the worker would take the events of others with it
    return shop(environ, start_response)
