"""An expired rule: its holder loses access immediately, and within the hour nothing of it is left."""

from datetime import UTC, datetime

import pytest

from shop.outbox.worker import Worker
from shop.sessions.models.login_session import LoginSession
from tests.people.rule_helpers import details, run
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases

GUEST = "guest@elsewhere.example"


@pytest.fixture
def environ(environ):
    """Sessions outlive an idle day here: what ends must end with the rule, not by idling."""
    return {**environ, "SESSION_IDLE_HOURS": "72"}


def tidy(app):
    worker = Worker(app)
    worker.tidy()
    worker.stop()


def live(app):
    with app.app_context():
        return LoginSession.query.filter_by(ended_at=None).count()


def test_the_worker_ends_what_a_pass_left_behind(app, client, sink, clock):
    today = datetime.now(UTC).date().isoformat()
    assert run(app, "people", "allow", GUEST, "--role", "staff", "--until", today).exit_code == 0

    sign_in(app, client, sink, GUEST)
    tidy(app)
    assert live(app) == 1

    clock(days=1)
    assert client.get("/").status_code == 302

    tidy(app)
    assert live(app) == 0
    assert [entry["address"] for entry in details(app, "access_ended")] == [GUEST]
