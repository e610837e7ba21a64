from cms.app_base import CMSApp
from cms.apphook_pool import apphook_pool


@apphook_pool.register
class Events(CMSApp):
    name = "Events"
    app_name = "events"

    def get_urls(self, page=None, language=None, **kwargs):
        return ["site_cms.events"]
