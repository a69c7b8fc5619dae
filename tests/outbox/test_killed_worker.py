"""`kill -9` of the worker at each step of a delivery: nothing is lost, and at most one email comes twice, the same."""

import pytest
from sqlalchemy import create_engine, text

from shop.config import database_url as driver_url
from shop.outbox.models.email import Email
from tests import results
from tests.outbox.scripted_smtp_server import kill_process
from tests.outbox.worker_process import new_worker_process
from tests.sample_people import STAFF
from tests.sign_in_flow import request_link

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port), "MAIL_WORKER": "external"}


def let_the_lease_lapse(url, tmp_path):
    """Move the emails' times back, in the database itself."""
    engine = create_engine(driver_url(url, tmp_path))
    with engine.begin() as connection:
        connection.execute(text("UPDATE letters SET claimed_until = '2020-01-01 00:00:00+00:00' WHERE outcome IS NULL"))
    engine.dispose()


@pytest.mark.parametrize("step", ["banner", "MAIL", "RCPT", "DATA", "body", "kept", "accepted"])
def test_a_killed_worker_loses_nothing(app, client, scripted, environ, tmp_path, outcomes, step, database_url):
    request_link(client, STAFF)
    first = new_worker_process(environ, tmp_path / "first.log")

    scripted.once(step, kill_process(lambda: first.pid))
    assert first.start().wait() == -9
    assert outcomes() == {"waiting": 1}

    let_the_lease_lapse(environ["DATABASE_URL"], tmp_path)
    assert new_worker_process(environ, tmp_path / "second.log", "--until-empty").start().wait() == 0
    assert outcomes() == {"delivered": 1}
    assert len(scripted.received) == (2 if step in ("kept", "accepted") else 1)
    assert len({letter.message["Message-ID"] for letter in scripted.received}) == 1
    assert len({letter.link for letter in scripted.received}) == 1
    kind = database_url.partition(":")[0]
    results.save_figures(
        f"kills of the mail worker at {step}, {kind}", outcome=outcomes(), copies=len(scripted.received)
    )


def test_a_letter_in_a_dead_hand_is_left_alone_until_its_lease_is_over(
    app, client, scripted, environ, tmp_path, outcomes
):
    request_link(client, STAFF)
    first = new_worker_process(environ, tmp_path / "first.log")
    scripted.once("RCPT", kill_process(lambda: first.pid))
    first.start().wait()

    assert new_worker_process(environ, tmp_path / "second.log", "--until-empty").start().wait() == 0
    assert outcomes() == {"waiting": 1}
    assert scripted.received == []
    with app.app_context():
        assert Email.query.one().attempts == 1
