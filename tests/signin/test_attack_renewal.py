"""The code for a reauthentication: strangers can neither use up its attempts nor detect that it was requested."""

from shop.signin.models.sign_in_request import SignInRequest
from tests.conftest import browser_of
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import deliver_emails, enter_code, request_link, sign_in

CONFIRM = "/sign-in/confirm?to=/sessions/others/end"


def renew(client, **fields):
    return client.submit(CONFIRM, fields, of="/sessions")


def test_strangers_cannot_use_up_the_letters_that_renew(app, client, other, sink):
    sign_in(app, client, sink, OWNER)
    assert [request_link(other, OWNER).status_code for _ in range(6)][-1] == 429
    assert renew(client).status_code == 200


def test_strangers_do_not_see_that_a_member_renews(app, client, other, sink, clock):
    sign_in(app, client, sink, STAFF)
    clock(minutes=61)
    renew(client)
    seen = [request_link(other, STAFF).status_code for _ in range(6)]

    assert seen == [request_link(browser_of(app), "nobody@elsewhere.example").status_code for _ in range(6)]


def test_wrong_codes_of_strangers_do_not_keep_a_member_from_renewing(app, client, sink, clock):
    for hour in range(3):
        clock(minutes=61 * hour)
        for _ in range(5):
            stranger = browser_of(app)
            request_link(stranger, OWNER)
            statuses = [enter_code(stranger, "000-000").status_code for _ in range(5)]
    assert statuses[-1] == 429

    clock(minutes=61 * 3)
    sign_in(app, client, sink, OWNER)
    renew(client)
    deliver_emails(app)
    code = next(one for one in reversed(sink.letters_to(OWNER)) if "confirmation" in one.message["Subject"]).code
    assert renew(client, confirmation_code=code).status_code == 307


def test_another_letter_that_renews_has_no_link(app, client, sink, clock):
    sign_in(app, client, sink, OWNER)
    renew(client)
    clock(minutes=2)
    renew(client, confirmation_again="1")

    deliver_emails(app)

    assert len(sink.ways_in(OWNER)) == 1
    assert sum("confirmation" in one.message["Subject"] for one in sink.letters_to(OWNER)) == 2


def test_what_renews_is_bound_to_a_browser_that_nobody_has(app, client, sink):
    sign_in(app, client, sink, OWNER)
    renew(client)

    with app.app_context():
        begins, renews = SignInRequest.query.order_by(SignInRequest.renews.is_not(None))
        assert (begins.renews, bool(renews.renews)) == (None, True)
        assert renews.browser_hash not in (None, begins.browser_hash)
