"""Every route with a body: nothing is held while it arrives, and a truncated one is not carried out."""

from io import BytesIO
from urllib.parse import urlencode

import pytest

from shop.extensions import db
from tests.conftest import browser_of
from tests.house.database_contents import compare_contents, read_contents
from tests.house.test_access_matrix import TARGET, addresses, run
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

FORM = "application/x-www-form-urlencoded"
KINDS = (FORM, "multipart/form-data; boundary=b")
PARTS = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
SERVER = {"wsgi.input_terminated": True}  # gunicorn says so, and treats a body as complete when its sender hangs up


class Arriving(BytesIO):
    """A body in transit; records how many of the pool's connections are in use when more of it is read."""

    def __init__(self, body, pool):
        super().__init__(body)
        self.pool, self.noted = pool, []

    def read(self, size=-1):
        self.noted.append(self.pool.checkedout())
        return super().read(size)

    def readinto(self, buffer):
        self.noted.append(self.pool.checkedout())
        return super().readinto(buffer)


@pytest.fixture
def changing(app, other, sink):
    """The path of every route that accepts a POST."""
    run(app, "allow", TARGET, "--role", "owner")
    sign_in(app, other, sink, TARGET)
    return [path for rule, path in addresses(app) if "POST" in rule.methods]


def body_of(kind, **fields):
    if kind == FORM:
        return urlencode(fields).encode()
    return ("".join(PARTS.format(*one) for one in fields.items()) + "--b--\r\n").encode()


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_waits_for_who_is_still_sending(app, sink, changing, kind):
    with app.app_context():
        pool = db.engine.pool
    held, unread = [], []

    for person in (None, VIEWER, STAFF):
        browser = browser_of(app)
        if person:
            sign_in(app, browser, sink, person)
        for path in changing:
            body = Arriving(body_of(kind, name="value"), pool)
            browser.post(path, input_stream=body, content_type=kind)
            held += [(person, path)] if any(body.noted) else []
            unread += [] if body.noted else [(person, path)]

    assert (held, unread) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_body_is_not_carried_out(app, sink, changing, kind):
    browser = browser_of(app)
    sign_in(app, browser, sink, OWNER)
    token, before = browser.token(), read_contents(app)
    answered = {}

    for path in changing:
        body = body_of(kind, csrf_token=token, email="new@shop.example", name="Ada")
        said = SERVER | {"CONTENT_LENGTH": str(len(body) + 7)}
        answer = browser.post(path, input_stream=BytesIO(body), content_type=kind, environ_overrides=said)
        answered[path] = answer.status_code

    assert {path: status for path, status in answered.items() if status != 400} == {}
    assert compare_contents(before, read_contents(app)) == {}
