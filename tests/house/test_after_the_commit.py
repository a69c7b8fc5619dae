"""What was saved is reported as saved, even if another writer takes SQLite's one lock right afterwards."""

import sqlite3

import pytest
from sqlalchemy import event

from shop.database import connections
from shop.extensions import db
from tests.catalogue.form_helpers import NEW, add, fields_of
from tests.sample_people import STAFF
from tests.sign_in_flow import read_email, request_link, sign_in

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.both_databases]


@pytest.fixture
def hurried(app, instance, monkeypatch):
    """Another writer, who takes the lock after each commit; with short timeouts."""
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 50)
    with app.app_context():
        db.engine.dispose()
        place = db.engine.url.database
    other = sqlite3.connect(place, isolation_level=None, timeout=0)

    def take(_session):
        if not other.in_transaction:
            other.execute("BEGIN IMMEDIATE")

    yield lambda: event.listen(db.session, "after_commit", take)
    event.remove(db.session, "after_commit", take)
    other.close()


def test_a_product_that_is_saved_is_said_to_be(app, client, sink, hurried):
    sign_in(app, client, sink, STAFF)
    path = f"/products/{add(client)}"
    client.get(path)
    fields = fields_of(client, path) | {"title": "Slow mug"}
    hurried()

    assert client.post(path, data=fields).status_code == 303
    client.get(path)
    assert "Slow mug saved." in client.text


def test_an_act_that_can_be_taken_back_is_said_to_be_done(app, client, sink, hurried):
    sign_in(app, client, sink, STAFF)
    path = f"/products/{add(client, **NEW)}"
    token = client.token(path)
    hurried()

    assert client.post(f"{path}/archive", data={"csrf_token": token}).status_code == 303
    client.get(path)
    assert "Stoneware mug archived." in client.text


def test_a_try_is_counted_and_a_busy_database_lets_nobody_in(app, client, sink, hurried):
    """The code is compared after a commit, and the redemption waits for the lock as any write does."""
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code
    token = client.token("/sign-in/code")
    hurried()

    assert client.post("/sign-in/code", data={"csrf_token": token, "code": code}).status_code == 503
    assert client.get("/").status_code == 302
