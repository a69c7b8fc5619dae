"""One's own history: the newest fifty of one's own sign-in events, newest first, and no one else's."""

import pytest

from shop.audit.entries import record
from shop.audit.event_text import EVENT_NAMES
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in

OWN = ["signed_out", "wrong_code", "confirmed", "break_glass", "not_me", "session_ended", "sign_in_mailed", "signed_in"]
OTHERS = ["blocked", "unblocked", "pause_lifted", "link_looked_at", "sign_in_asked"]
MORE = {  # what these show beside the address
    "signed_in": {"request": "1", "session": 1, "via": "link", "role": "staff", "client": ""},
    "signed_out": {"session": 1},
    "session_ended": {"session": 1, "reason": "over"},
    "wrong_code": {"request": "1", "tries": 1},
    "sign_in_mailed": {"request": "1", "letter": 1},
    "not_me": {"what": "session", "number": 1},
    "confirmed": {"session": 1},
    "break_glass": {"request": "1"},
    "link_looked_at": {"request": "1"},
    "sign_in_asked": {"request": "1", "letter": 1},
}


@pytest.fixture
def noted(app, client, sink):
    """A hundred entries about a staff member, of each kind, with as many about someone else in between."""
    sign_in(app, client, sink, STAFF)
    with app.app_context():
        for number in range(100):
            for address in (STAFF, VIEWER):
                event = (OWN + OTHERS)[number % 13]
                record(event, actor=Actor("test", NO_REQUEST), address=address, **MORE.get(event, {}))
        db.session.commit()
    return client


@pytest.mark.parametrize("address", ["/audit/mine", f"/audit/mine?person={VIEWER}"])
def test_the_newest_of_ones_own_are_shown_in_turn(app, noted, address):
    with app.app_context():
        mine = [one for one in Entry.query.order_by(Entry.id.desc()) if one.about == STAFF and one.event in OWN]
        assert len(mine) > 50
        expected = [[str(one.id), str(EVENT_NAMES[one.event])] for one in mine][:50]

    noted.get(address)
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in noted.page.select("tbody tr")]
    assert [[row[0], row[2]] for row in rows] == expected
