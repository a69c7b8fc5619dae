"""A program's calls: request a code, exchange it, show the person, sign out; every refusal is the same."""

import pytest

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.people import pauses
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import make_app
from tests.oauth_clients import (
    audit_entries,
    bearer_headers,
    get_me,
    open_program,
    post_json,
    register_client,
    request_code,
    run_command,
    sign_in_by_code,
    tokens_by_api,
)
from tests.sample_people import CUSTOMER, OWNER, STAFF, STRANGER
from tests.sign_in_flow import deliver_emails
from tests.signin.test_code_guesses import wrong

REFUSAL = {
    "data": None,
    "error": {"status": 400, "name": "ValidationError", "message": "Invalid identifier or password", "details": {}},
}


def refused(answer):
    """Return whether a response is the one refusal, in every byte."""
    return answer.status_code == 400 and answer.json == REFUSAL


def nothing_began(app):
    with app.app_context():
        return (LoginSession.query.count(), Grant.query.count()) == (0, 0)


def test_a_code_is_mailed_and_swapped_for_a_token_and_the_user(app, sink):
    code, handle = request_code(app, sink, STAFF)
    answer = sign_in_by_code(app, STAFF, code, handle=handle)
    assert answer.status_code == 200
    assert set(answer.json) == {"jwt", "refreshToken", "user"}

    assert answer.json["user"] == get_me(app, answer.json["jwt"]).json
    assert (answer.json["user"]["email"], answer.json["user"]["role"]) == (STAFF, "staff")


def test_the_two_calls_suffice_without_a_handle(app, sink):
    code, _ = request_code(app, sink, STAFF)
    assert sign_in_by_code(app, STAFF, code).status_code == 200


def test_a_code_whose_letter_left_late_lives_as_long_as_any(app, sink, clock):
    handle = post_json(app, "/api/auth/passwordless", {"identifier": STAFF}).json["handle"]
    clock(minutes=8)
    deliver_emails(app)
    code = sink.ways_in(STAFF)[-1].code
    clock(minutes=17)

    assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 200


def test_the_letter_holds_a_code_and_no_link(app, sink):
    request_code(app, sink, STAFF)
    letter = sink.letters_to(STAFF)[-1]
    assert "/sign-in/link/" not in letter.text + letter.html


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1}", "code: {0}", "{2}"])
def test_a_code_is_read_as_forgivingly_as_on_the_page(app, sink, written):
    code, handle = request_code(app, sink, STAFF)
    typed = written.format(code, code.lower(), code.replace("-", ""))
    assert sign_in_by_code(app, STAFF.upper(), typed, handle=handle).status_code == 200


def test_a_program_never_gets_the_session_of_a_browser(app, sink):
    answer = tokens_by_api(app, sink, STAFF)

    with app.app_context():
        session = LoginSession.query.one()
        assert (session.via, session.client_id, session.ended_at) == ("api", None, None)
    browser = app.test_client()
    for value in (answer["jwt"], answer["refreshToken"]):
        browser.set_cookie("login", value, domain="127.0.0.1")
        assert browser.get("/").status_code == 302


def test_the_entries_say_what_happened_and_no_secret(app, sink):
    answer = tokens_by_api(app, sink, STAFF)
    events = ("sign_in_asked", "sign_in_mailed", "signed_in", "grant_begun")

    assert [event for event, _ in audit_entries(app, *events)] == list(events)
    with app.app_context():
        written = str([(entry.by, entry.details) for entry in Entry.query])
    for secret in (answer["jwt"], answer["refreshToken"], sink.letters_to(STAFF)[-1].code):
        assert secret not in written


def test_a_code_works_once(app, sink):
    code, handle = request_code(app, sink, STAFF)

    assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 200
    assert refused(sign_in_by_code(app, STAFF, code, handle=handle))
    assert refused(sign_in_by_code(app, STAFF, code))
    with app.app_context():
        assert Grant.query.count() == 1


def test_a_code_is_of_its_address_and_its_handle(app, sink):
    code, handle = request_code(app, sink, STAFF)
    _, other = request_code(app, sink, OWNER)

    for answer in (
        sign_in_by_code(app, OWNER, code),
        sign_in_by_code(app, OWNER, code, handle=handle),
        sign_in_by_code(app, STAFF, code, handle=other),
    ):
        assert refused(answer)
    assert nothing_began(app)

    assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 200


@pytest.mark.parametrize("typed", ["nonsense", "ABC-12", "ABC-1234", "ÄÖÜ-123"])
def test_what_cannot_be_a_code_costs_no_try(app, sink, typed):
    request_code(app, sink, STAFF)
    assert refused(sign_in_by_code(app, STAFF, typed))
    with app.app_context():
        assert SignInRequest.query.one().tries == 0


def test_a_code_that_is_too_old_is_refused(app, sink, clock):
    code, handle = request_code(app, sink, STAFF)
    clock(minutes=11)

    assert refused(sign_in_by_code(app, STAFF, code, handle=handle))
    assert nothing_began(app)


@pytest.mark.parametrize("ending", ["block", "pause"])
def test_somebody_who_may_not_enter_any_more_is_refused_alike(app, sink, ending):
    code, handle = request_code(app, sink, STAFF)

    if ending == "block":
        assert run_command(app, "people", "block", STAFF).exit_code == 0
    else:
        pause(app, STAFF)
    assert refused(sign_in_by_code(app, STAFF, code, handle=handle))
    assert nothing_began(app)


def pause(app, address):
    with app.app_context():
        pauses.pause_sign_in(address, actor=Actor("test", NO_REQUEST))
        db.session.commit()


def test_a_stranger_gets_no_letter_and_no_token(app, sink):
    answer = post_json(app, "/api/auth/passwordless", {"identifier": STRANGER})
    assert (answer.status_code, answer.json["status"]) == (200, "OK")

    deliver_emails(app)
    assert sink.letters_to(STRANGER) == []
    assert nothing_began(app)


def test_a_code_of_the_pages_is_none_of_a_programs(app, client, sink):
    client.submit("/sign-in", {"email": STAFF})
    deliver_emails(app)
    assert refused(sign_in_by_code(app, STAFF, sink.letters_to(STAFF)[-1].code))


def test_a_code_of_a_program_opens_no_page(app, client, sink):
    code, handle = request_code(app, sink, STAFF)
    client.set_cookie("asked", handle, domain="127.0.0.1")

    client.submit("/sign-in/code", {"code": wrong(code)}, of="/sign-in")

    assert nothing_began(app)


def test_a_storefront_for_everybody_lets_a_customer_in_under_its_name(app, sink):
    answer = tokens_by_api(app, sink, CUSTOMER, register_client(app, name="Blue Bottle"))
    assert answer["user"]["role"] is None
    assert "Sign in to Blue Bottle" in sink.letters_to(CUSTOMER)[-1].text


def test_a_customer_of_a_storefront_is_nobody_without_it(app, sink):
    post_json(app, "/api/auth/passwordless", {"identifier": CUSTOMER})
    deliver_emails(app)
    assert sink.letters_to(CUSTOMER) == []


def test_a_client_for_the_allowlist_lets_no_customer_in(app, sink):
    client = register_client(app, who="allowlist")
    body = {"identifier": CUSTOMER, "client_id": client.id, "client_secret": client.secret}

    assert post_json(app, "/api/auth/passwordless", body).json["status"] == "OK"

    deliver_emails(app)
    assert sink.letters_to(CUSTOMER) == []


def test_a_public_client_is_known_by_its_name_or_by_the_request(app, sink):
    public = register_client(app, public=True)
    code, handle = request_code(app, sink, CUSTOMER, client_id=public.id)

    assert sign_in_by_code(app, CUSTOMER, code).status_code == 200

    code, handle = request_code(app, sink, CUSTOMER, client_id=public.id)
    assert sign_in_by_code(app, CUSTOMER, code, handle=handle, client_id=public.id).status_code == 200


def test_a_confidential_client_shows_its_secret_with_every_call(app, sink):
    client, other = register_client(app), register_client(app, name="Another")
    shown = {"client_id": client.id, "client_secret": client.secret}
    code, handle = request_code(app, sink, CUSTOMER, **shown)

    assert refused(sign_in_by_code(app, CUSTOMER, code, handle=handle))

    foreign = {"client_id": other.id, "client_secret": other.secret}
    assert refused(sign_in_by_code(app, CUSTOMER, code, handle=handle, **foreign))
    with app.app_context():
        assert SignInRequest.query.one().tries == 0  # a caller without the secret uses up no attempts

    held = sign_in_by_code(app, CUSTOMER, code, handle=handle, **shown).json
    for named in ({}, foreign):
        assert post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **named}).status_code == 401
    assert post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **shown}).status_code == 200


@pytest.mark.parametrize("named", ["nobody", "no secret", "wrong secret", "secret of a public one", "secret alone"])
def test_a_client_that_is_not_what_it_says_is_refused_before_any_letter(app, sink, named):
    confidential, public = register_client(app), register_client(app, public=True)
    said = {
        "nobody": {"client_id": "x" * 22, "client_secret": "x"},
        "no secret": {"client_id": confidential.id},
        "wrong secret": {"client_id": confidential.id, "client_secret": "x" * 43},
        "secret of a public one": {"client_id": public.id, "client_secret": ""},
        "secret alone": {"client_secret": confidential.secret},
    }[named]

    answer = post_json(app, "/api/auth/passwordless", {"identifier": STAFF, **said})
    assert (answer.status_code, answer.json["error"]["name"]) == (401, "UnauthorizedError")

    deliver_emails(app)
    assert sink.received == []


def test_where_handles_are_required_a_code_without_one_costs_no_try(environ, tmp_path, sink):
    app = make_app({**environ, "API_HANDLE_REQUIRED": "true"}, tmp_path)
    code, handle = request_code(app, sink, STAFF)

    answer = sign_in_by_code(app, STAFF, code)
    assert (answer.status_code, answer.json["error"]["message"]) == (400, "handle is a required field.")
    with app.app_context():
        assert SignInRequest.query.one().tries == 0

    assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 200


def test_signing_out_ends_the_token_its_family_and_the_sign_in(app, sink):
    held = tokens_by_api(app, sink, STAFF)
    assert post_json(app, "/api/auth/logout", headers=bearer_headers(held["jwt"])).json == {"ok": True}
    assert get_me(app, held["jwt"]).status_code == 401
    assert post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"]}).status_code == 401
    with app.app_context():
        assert LoginSession.query.one().ended_because == "signed out"

    assert post_json(app, "/api/auth/logout", headers=bearer_headers(held["jwt"])).status_code == 401


@pytest.mark.parametrize(
    "shown",
    [
        {},
        *({"Authorization": text} for text in ("Bearer", "Basic eDp4", "Basic é", "Bearer é")),
        bearer_headers("x.y.z"),
    ],
)
def test_without_a_token_of_ours_nobody_is_anybody(app, shown):
    answer = open_program(app).get("/api/users/me", headers=shown)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["error"]["message"] == "Missing or invalid credentials"
