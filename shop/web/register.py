"""Add headers, the cross-site check, error pages and the request log to the app."""

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from shop import ids
from shop.concurrency_limit import ConcurrencyLimitReached
from shop.database.faults import DRIVER_ERRORS
from shop.formats import format_utc
from shop.transactions import set_read_only
from shop.web import assets
from shop.web.errors import show_full_disk, show_http_error, show_outage, show_server_error, show_too_many_readers
from shop.web.headers import add_security_headers
from shop.web.request_info import ShopRequest
from shop.web.request_log import log_fault, log_request
from shop.web.request_transactions import start_request
from shop.web.same_origin import refuse_cross_site_form
from shop.web.template_filters import is_sentence, moment


def init_app(app: Flask) -> None:
    """Add these to every response of the app."""
    assets.init_app(app)
    app.request_class = ShopRequest
    app.url_map.converters["id"] = ids.IdConverter
    app.before_request(start_request)
    app.before_request(refuse_cross_site_form)
    app.after_request(add_security_headers)
    app.after_request(log_request)
    app.teardown_request(lambda _fault: set_read_only(False))
    app.add_template_filter(moment)
    app.add_template_filter(format_utc, "utc")
    app.add_template_test(is_sentence, "sentence")
    app.register_error_handler(HTTPException, show_http_error)
    for kind in (SQLAlchemyError, *DRIVER_ERRORS):
        app.register_error_handler(kind, show_outage)
    app.register_error_handler(OSError, show_full_disk)
    app.register_error_handler(ConcurrencyLimitReached, show_too_many_readers)
    app.register_error_handler(Exception, show_server_error)
    # Flask's own log line, for a fault after the page was rendered, contains the URL, and with it a link's token.
    app.log_exception = log_fault  # type: ignore[method-assign]
