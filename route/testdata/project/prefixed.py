SECRET_KEY = "of a test"
ROOT_URLCONF = "i18n_urls"
USE_I18N = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("fr", "French"), ("pt-br", "Portuguese"), ("zh-hans", "Chinese")]
MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
PREFIX_DEFAULT_LANGUAGE = True
