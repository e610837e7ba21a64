"""Views that never answer."""

import os
import signal
import time


def die():
    """End this worker at once, as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill(request):
    """No answer: the worker is killed before it sends a header."""
    die()


def hang(request):
    """No answer for ten minutes: gunicorn loses patience and kills the worker."""
    time.sleep(600)
