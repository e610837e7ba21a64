from base import *

ROOT_URLCONF = "site_cms.urls"
INSTALLED_APPS += [
    "cms",
    "menus",
    "sekizai",
    "treebeard",
    "site_cms",
]
MIDDLEWARE += LOCALE_MIDDLEWARE + [
    "cms.middleware.user.CurrentUserMiddleware",
    "cms.middleware.page.CurrentPageMiddleware",
    "cms.middleware.toolbar.ToolbarMiddleware",
    "cms.middleware.language.LanguageCookieMiddleware",
]
X_FRAME_OPTIONS = "SAMEORIGIN"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "French"), ("de", "German")]
CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = [("cms/welcome.html", "Page")]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["sekizai.context_processors.sekizai", "cms.context_processors.cms_settings"]
