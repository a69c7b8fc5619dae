"""A grant: its refresh tokens rotate, it ends as a whole, and every use reads the rules again."""

from datetime import UTC, datetime

import pytest

from shop import retention
from shop.extensions import db
from shop.grants import refresh_tokens, revocation
from shop.grants.models.grant import Grant
from shop.grants.queries import find_live
from shop.outbox.worker import Worker
from shop.sessions import queries
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import browser_of
from tests.oauth_clients import (
    audit_entries,
    bearer_headers,
    get_me,
    is_active_token,
    open_program,
    post_as_client,
    post_json,
    register_client,
    run_command,
    tokens_by_api,
    tokens_by_code,
)
from tests.sample_people import CUSTOMER, OWNER, STAFF
from tests.sign_in_flow import sign_in

GUEST = "guest@elsewhere.example"


def refresh(app, token):
    return post_json(app, "/api/auth/refresh", {"refreshToken": token})


def grants(app):
    with app.app_context():
        return [(grant.ended_at is not None, grant.ended_because) for grant in Grant.query.order_by(Grant.begun_at)]


@pytest.fixture
def held(app, sink):
    return tokens_by_api(app, sink, STAFF)


def test_a_refresh_token_gives_the_next_one_and_a_fresh_access_token(app, held):
    answer = refresh(app, held["refreshToken"])
    assert answer.status_code == 200
    assert answer.json["refreshToken"] != held["refreshToken"]

    assert get_me(app, answer.json["jwt"]).json == held["user"]
    assert refresh(app, answer.json["refreshToken"]).status_code == 200


@pytest.mark.both_databases
def test_a_refresh_token_that_is_shown_again_ends_the_family(app, held):
    following = refresh(app, held["refreshToken"]).json

    assert refresh(app, held["refreshToken"]).status_code == 401
    assert get_me(app, following["jwt"]).status_code == 401
    assert refresh(app, following["refreshToken"]).status_code == 401
    assert grants(app) == [(True, "a spent token was shown again")]
    assert [details["reason"] for _, details in audit_entries(app, "grant_ended")] == ["a spent token was shown again"]


@pytest.mark.parametrize("change", ["first", "middle", "last", "short", "empty", "other"])
def test_a_refresh_token_that_we_did_not_make_ends_nothing(app, held, change):
    token = held["refreshToken"]
    forged = {
        "first": "A" + token[1:] if token[0] != "A" else "B" + token[1:],
        "middle": token[:30] + ("A" if token[30] != "A" else "B") + token[31:],
        "last": token[:-5],
        "short": token.partition(".")[0],
        "empty": ".",
        "other": "nonsense\ud7ff",
    }[change]

    assert refresh(app, forged).status_code == 401
    assert grants(app) == [(False, None)]

    assert refresh(app, token).status_code == 200


def test_a_grant_that_two_end_at_once_leaves_one_entry(app, held):
    with app.app_context():
        found = find_live(Grant.query.one().id)
        done = [revocation.revoke(found, revocation.REVOKED, actor=Actor(STAFF, NO_REQUEST)) for _ in range(2)]
        db.session.commit()
    assert done == [True, False]
    assert len(audit_entries(app, "grant_ended")) == 1


def test_a_grant_that_ended_after_its_token_was_looked_at_is_not_renewed(app, held):
    token = held["refreshToken"]
    with app.app_context():
        found = refresh_tokens.find_grant(token)
        assert revocation.revoke(found, revocation.REVOKED, actor=Actor(STAFF, NO_REQUEST))
        assert refresh_tokens.rotate(token, NO_REQUEST) is None
        db.session.commit()

    assert grants(app) == [(True, revocation.REVOKED)]
    assert len(audit_entries(app, "grant_ended")) == 1


def test_a_grant_leaves_one_entry_however_often_it_is_renewed(app, held):
    for _ in range(3):
        held = {**held, **refresh(app, held["refreshToken"]).json}
    assert [event for event, _ in audit_entries(app, "grant_begun", "grant_ended")] == ["grant_begun"]


def test_no_token_of_it_is_kept(app, held):
    with app.app_context():
        row = str(vars(Grant.query.one()))
    for token in (held["jwt"], held["refreshToken"], held["refreshToken"].split(".")[1]):
        assert token not in row


def test_a_grant_that_is_used_lasts_and_keeps_its_session_listed(app, held, clock):
    for hours in (11, 22, 33):
        clock(hours=hours)
        held = refresh(app, held["refreshToken"]).json
        with app.app_context():
            assert len(queries.list_live_sessions(STAFF)) == 1
    assert get_me(app, held["jwt"]).status_code == 200


def test_a_grant_that_is_not_used_for_half_a_day_is_over(app, held, clock):
    clock(hours=13)
    assert refresh(app, held["refreshToken"]).status_code == 401


@pytest.mark.both_databases
def test_no_grant_outlasts_the_longest_sign_in(app, held, clock):
    for hours in range(11, 14 * 24, 11):
        clock(hours=hours)
        held = refresh(app, held["refreshToken"]).json
    clock(days=14, hours=1)
    assert refresh(app, held["refreshToken"]).status_code == 401


def ended_by_the_owner(app, sink):
    browser = browser_of(app)
    sign_in(app, browser, sink, OWNER)
    with app.app_context():
        number = queries.list_live_sessions(STAFF)[0][0].id
    assert browser.submit(f"/sessions/{number}/end", of="/sessions").status_code == 303


def signed_out(app, held):
    assert post_json(app, "/api/auth/logout", headers=bearer_headers(held["jwt"])).json == {"ok": True}


ENDINGS = {
    "removed": lambda app, held, sink: run_command(app, "people", "block", STAFF),
    "ended by an owner": lambda app, held, sink: ended_by_the_owner(app, sink),
    "ended by a command": lambda app, held, sink: run_command(app, "sessions", "end", STAFF),
    "signed out": lambda app, held, sink: signed_out(app, held),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ENDINGS)
def test_whatever_ends_a_sign_in_ends_its_tokens_at_once(app, sink, held, how):
    backend = register_client(app)
    assert is_active_token(app, backend, held["jwt"])

    ENDINGS[how](app, held, sink)
    assert get_me(app, held["jwt"]).status_code == 401
    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(held["jwt"])).status_code == 401
    assert not is_active_token(app, backend, held["jwt"])

    assert refresh(app, held["refreshToken"]).status_code == 401


def test_removing_a_person_ends_the_grants_in_the_same_act(app, sink):
    run_command(app, "people", "allow", CUSTOMER, "--role", "viewer")
    tokens_by_api(app, sink, CUSTOMER)

    run_command(app, "people", "remove", CUSTOMER)
    assert grants(app) == [(True, "access ended")]
    assert [details["grants"] for _, details in audit_entries(app, "access_ended")] == [1]

    run_command(app, "people", "allow", CUSTOMER, "--role", "viewer")
    assert grants(app) == [(True, "access ended")]  # nothing old comes alive


def test_a_narrower_role_counts_at_the_next_call(app, sink):
    staff_only = register_client(app, who="staff")
    run_command(app, "people", "allow", CUSTOMER, "--role", "staff")
    held = tokens_by_api(app, sink, CUSTOMER, staff_only)

    assert get_me(app, held["jwt"]).json["role"] == "staff"

    run_command(app, "people", "allow", CUSTOMER, "--role", "viewer")
    assert get_me(app, held["jwt"]).status_code == 401


def test_a_customer_who_is_blocked_is_out_at_the_next_call(app, sink):
    storefront = register_client(app)
    held = tokens_by_api(app, sink, CUSTOMER, storefront)

    assert get_me(app, held["jwt"]).json["role"] is None

    run_command(app, "people", "block", CUSTOMER)
    assert get_me(app, held["jwt"]).status_code == 401


def test_a_client_that_admits_fewer_or_is_gone_lets_nobody_stay(app, sink):
    storefront = register_client(app)
    held = tokens_by_api(app, sink, CUSTOMER, storefront)
    change_client(app, "UPDATE clients SET who = 'allowlist'")

    assert get_me(app, held["jwt"]).status_code == 401

    change_client(app, "UPDATE clients SET who = 'everybody'")
    assert get_me(app, held["jwt"]).status_code == 200

    change_client(app, "DELETE FROM clients")
    assert get_me(app, held["jwt"]).status_code == 401


def change_client(app, statement):
    with app.app_context():
        db.session.execute(db.text(statement))
        db.session.commit()


def test_signing_out_of_the_browser_ends_what_clients_were_granted_in_it(app, client, sink):
    storefront = register_client(app)
    sign_in(app, client, sink, STAFF)
    held = tokens_by_code(app, client, storefront)

    assert is_active_token(app, storefront, held["access_token"])

    client.submit("/sign-out", of="/sign-in")
    assert not is_active_token(app, storefront, held["access_token"])

    assert post_as_client(
        app, storefront, "/oauth/token", grant_type="refresh_token", refresh_token=held["refresh_token"]
    ).json == {"error": "invalid_grant"}


def test_a_browser_that_idles_does_not_end_what_its_client_uses(app, client, sink, clock):
    storefront = register_client(app)
    sign_in(app, client, sink, STAFF)
    held = tokens_by_code(app, client, storefront)
    clock(hours=11)
    renewed = post_as_client(
        app, storefront, "/oauth/token", grant_type="refresh_token", refresh_token=held["refresh_token"]
    )
    clock(hours=13)

    assert client.get("/").status_code == 302  # the client's use does not keep the admin's session alive
    assert post_as_client(
        app, storefront, "/oauth/token", grant_type="refresh_token", refresh_token=renewed.json["refresh_token"]
    ).json["access_token"]


def test_old_grants_are_kept_for_a_while_and_then_no_longer(app, held, clock):
    for days, kept in ((89, 1), (91, 0)):
        clock(days=days)
        with app.app_context():
            retention.prune_batch(retention.retention_rules["grants"])
            db.session.commit()
            assert Grant.query.count() == kept


def test_the_grant_of_a_pass_that_ran_out_ends_though_its_session_had_idled_away(app, client, sink, clock):
    """Programs renew a grant while its browser is idle: the grant alone may be left of the access."""
    today = datetime.now(UTC).date().isoformat()
    assert run_command(app, "people", "allow", GUEST, "--role", "staff", "--until", today).exit_code == 0

    sign_in(app, client, sink, GUEST)
    tokens_by_code(app, client, register_client(app, public=True))
    clock(days=1)
    worker = Worker(app)
    worker.tidy()
    worker.stop()
    assert grants(app) == [(True, "access ended")]


def test_a_client_that_is_removed_takes_only_its_own_grants_along(app, client, sink):
    sign_in(app, client, sink, STAFF)
    gone, stays = register_client(app, name="Old storefront"), register_client(app)
    lost, kept = tokens_by_code(app, client, gone), tokens_by_code(app, client, stays)

    assert run_command(app, "clients", "remove", gone.id).exit_code == 0
    assert not is_active_token(app, stays, lost["access_token"])
    assert is_active_token(app, stays, kept["access_token"])
