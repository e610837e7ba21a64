SECRET_KEY = "of a test"
ROOT_URLCONF = "urls"
USE_I18N = False
MIDDLEWARE = []
