"""One line for each request, and each fault with its traceback; never the URL."""

import logging
from time import perf_counter
from typing import Any

from flask import Response, g, request

from shop.web.request_info import get_request_id, is_static_file

log = logging.getLogger("shop.requests")


def log_request(response: Response) -> Response:
    """Log one line per request, with the URL rule instead of the URL, which may contain a link's token."""
    if not is_static_file():
        took = (perf_counter() - g.get("began", perf_counter())) * 1000
        rule = request.url_rule.rule if request.url_rule else "-"
        log.info("%s %s %s %.0fms %s", request.method, rule, response.status_code, took, get_request_id())
    return response


def log_fault(exc_info: Any) -> None:
    """Log a fault with its traceback, and with the URL rule instead of the URL."""
    rule = request.url_rule.rule if request.url_rule else "-"
    log.error("fault in %s %s %s", request.method, rule, get_request_id(), exc_info=exc_info)
