"""Calls the application in this process, without a socket."""

import io
import json
from wsgiref.util import setup_testing_defaults

from tideplan_api.service import application


def call(method, path, body=b"", **environ):
    """Status, headers and decoded JSON. A ``body`` that is not bytes is sent as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.input": io.BytesIO(sent),
        **environ,
    }
    setup_testing_defaults(request)
    started = []
    answered = b"".join(application(request, lambda status, headers: started.append((status, headers))))
    [(status, headers)] = started
    return int(status.split()[0]), dict(headers), json.loads(answered)
