"""An email that is sent during an outage of the database: the log has only the line of the outage."""

import sqlite3
from contextlib import closing

import pytest

from shop.database import connections
from shop.extensions import db
from shop.outbox import delivery
from tests.outbox.scripted_smtp_server import SAID
from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails, request_link

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 50)
    monkeypatch.setattr(delivery, "STORE_PAUSES", (0.01, 0.01, 0.01))


@pytest.mark.usefixtures("hurried")
def test_what_cannot_be_settled_has_no_line_of_its_own(app, client, scripted, outcomes, caplog):
    request_link(client, STAFF)
    with app.app_context():
        db.engine.dispose()
        file = db.engine.url.database
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:

        def lock_and_reply(talk):
            other.execute("BEGIN IMMEDIATE")
            talk.say(SAID["kept"])

        scripted.once("kept", lock_and_reply)
        deliver_emails(app)

    assert outcomes() == {"waiting": 1}
    said = [one.getMessage() for one in caplog.records if one.levelname in ("WARNING", "ERROR")]
    assert [one.partition(":")[0] for one in said] == ["the database is busy"]
