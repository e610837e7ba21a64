from django.middleware.locale import LocaleMiddleware


def function(get_response):
    return get_response


class Locale(LocaleMiddleware):
    pass
