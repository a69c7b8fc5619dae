"""The shop always keeps an owner, even if fifty requests remove the last two simultaneously."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from shop import create_app
from shop.extensions import db
from shop.people import access_changes
from shop.people.access_policy import list_owners
from shop.people.errors import NotAllowed
from shop.people.models.role import Role
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results

pytestmark = pytest.mark.both_databases

HANDS = 50
FIRST, SECOND = "first@shop.example", "second@shop.example"
LAST_WORDS = "without an owner"


@pytest.fixture
def app(environ, tmp_path):
    """A shop whose two owners are in the table, not in the settings."""
    app = create_app({**environ, "OWNER_EMAIL": "", "ALLOWED_EMAILS": ""}, instance=tmp_path)
    with app.app_context():
        for address in (FIRST, SECOND):
            access_changes.set_rule(address, Role.OWNER, until=None, note="", actor=Actor("test", NO_REQUEST))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def acts(address):
    """Return the three ways to remove an owner."""
    who = {"actor": Actor("test", NO_REQUEST)}
    return [
        lambda: access_changes.remove_rule(address, **who),
        lambda: access_changes.block_address(address, **who),
        lambda: access_changes.set_rule(address, Role.VIEWER, until=None, note="", **who),
    ]


@pytest.mark.figure
def test_fifty_hands_at_once_leave_one_owner(app):
    barrier = Barrier(HANDS)

    def reach(number):
        act = acts((FIRST, SECOND)[number % 2])[number // 2 % 3]
        with app.app_context():
            barrier.wait()
            try:
                act()
                db.session.commit()
                return "done"
            except NotAllowed as refusal:
                db.session.rollback()
                return str(refusal)

    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(reach, range(HANDS)))

    assert len(list_owners()) == 1
    refused = sum(LAST_WORDS in answer for answer in answers)
    assert refused >= 1
    results.save_figures("last_owner", hands=HANDS, refused_for_the_last_owner=refused, owners_left=len(list_owners()))


@pytest.mark.parametrize("way", range(3))
def test_the_last_owner_cannot_be_taken_away(app, way):
    acts(FIRST)[0]()
    db.session.commit()

    with pytest.raises(NotAllowed, match=LAST_WORDS):
        acts(SECOND)[way]()

    db.session.rollback()
    assert list_owners() == [SECOND]
