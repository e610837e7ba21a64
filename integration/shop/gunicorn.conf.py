"""gunicorn in front of the shop: `gunicorn -c integration/shop/gunicorn.conf.py`, from any directory.

SHOP_BIND           address, or unix:PATH, or several with commas; default 127.0.0.1:8001
SHOP_WORKERS        worker processes; default 4
SHOP_WORKER_CLASS   sync, gthread, ...; default sync
SHOP_THREADS        threads of a worker, for gthread; default 1
SHOP_TIMEOUT        seconds until a silent worker is killed; default 30
"""

import os

chdir = os.path.dirname(os.path.abspath(__file__))
wsgi_app = "shop.wsgi:application"

bind = os.environ.get("SHOP_BIND", "127.0.0.1:8001").split(",")
workers = int(os.environ.get("SHOP_WORKERS", "4"))
worker_class = os.environ.get("SHOP_WORKER_CLASS", "sync")
threads = int(os.environ.get("SHOP_THREADS", "1"))
timeout = int(os.environ.get("SHOP_TIMEOUT", "30"))

accesslog = None
# gunicorn would open a control socket in the user's home, one for all its instances.
control_socket_disable = True
