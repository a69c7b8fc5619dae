"""Concurrent requests to the real server: a code and a refresh token work once, and a rotation breaks no token.

On SQLite one process of 16 threads; on PostgreSQL two processes of 16.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.grants.models.signing_key import SigningKey
from shop.grants.revocation import REUSED
from tests import results
from tests.concurrency import WireBrowser, count_statuses, send_together
from tests.oauth_clients import CALLBACK, VERIFIER, authorize_url, raw_post, refresh_url, register_client, run_command
from tests.people.test_revocation_in_flight import way_in
from tests.sample_people import STAFF

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

CROWD = 50
ROUNDS = results.choose_repetitions(50, short=5)
FORM = "application/x-www-form-urlencoded"
RENEWALS = 25
RENEWERS = 4


@pytest.fixture
def crowded(serve, database_url):
    processes = "2" if database_url.startswith("postgres") else "1"
    return serve(THREADS="16", WEB_CONCURRENCY=processes)


@pytest.fixture
def kind(database_url):
    return "postgresql, 2 processes" if database_url.startswith("postgres") else "sqlite, 1 process"


@pytest.fixture
def public(app):
    return register_client(app, public=True)


@pytest.fixture
def caller(crowded, sink):
    return way_in(crowded.url, sink, STAFF)


def code_for(caller, client):
    page = caller.get(f"{authorize_url(client)}&since=0").text  # a page, since responses are read as texts
    return dict(parse_qsl(urlsplit(refresh_url(page)).query))["code"]


def swap(url, client, code):
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return raw_post(url, "/oauth/token", {**said, "client_id": client.id}, kind=FORM)


def renew(url, client, token):
    said = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client.id}
    return raw_post(url, "/oauth/token", said, kind=FORM)


def told(url, call):
    [answer] = send_together(url, [call])
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


def grants(app):
    with app.app_context():
        return [grant.ended_because for grant in Grant.query.order_by(Grant.begun_at)]


def test_a_code_that_fifty_bring_at_once_begins_one_grant_and_ends_it(app, crowded, caller, public, kind):
    for number in range(1, ROUNDS + 1):
        answers = send_together(crowded.url, [swap(crowded.url, public, code_for(caller, public))] * CROWD)
        assert count_statuses(answers) == {200: 1, 400: CROWD - 1}
        assert {json.loads(a.text)["error"] for a in answers if a.status == 400} == {"invalid_grant"}
        assert grants(app) == [REUSED] * number
    results.save_figures(
        f"races of one authorization code, {kind}", rounds=ROUNDS, at_once=CROWD, grants=len(grants(app))
    )


def test_of_fifty_who_bring_one_refresh_token_one_is_served_and_the_grant_ends(app, crowded, caller, public, kind):
    served = 0
    for number in range(1, ROUNDS + 1):
        held = told(crowded.url, swap(crowded.url, public, code_for(caller, public)))
        answers = send_together(crowded.url, [renew(crowded.url, public, held["refresh_token"])] * CROWD)
        assert count_statuses(answers) == {200: 1, 400: CROWD - 1}
        assert grants(app) == [REUSED] * number
        served += count_statuses(answers)[200]
    results.save_figures(f"races of one refresh token, {kind}", rounds=ROUNDS, at_once=CROWD, served=served)


def renewing(url, client, token, kept, midway):
    """Renew a grant repeatedly, verify each token with the cached keys, and use it."""
    signers = []
    for number in range(RENEWALS):
        if number == RENEWALS // 3:
            midway.wait(60)
        answer = told(url, renew(url, client, token))
        token = answer["refresh_token"]
        jwt.decode(answer["access_token"], kept, ["ES256"])
        shown = f"Authorization: Bearer {answer['access_token']}"
        assert told(url, raw_post(url, "/oauth/userinfo", {}, kind=FORM, headers=shown))["email"] == STAFF
        signers.append(extract_compact(answer["id_token"].encode()).headers()["kid"])
    return signers


def test_a_rotation_under_load_fails_no_token_for_a_verifier_that_keeps_its_keys(app, crowded, caller, public, kind):
    """The verifier fetched the keys once, before the rotation, and caches them as long as the response allows."""
    families = [told(crowded.url, swap(crowded.url, public, code_for(caller, public))) for _ in range(RENEWERS)]
    with app.app_context():
        for key in SigningKey.query:
            key.made_at -= timedelta(minutes=16)
        db.session.commit()
    kept = KeySet.import_key_set(json.loads(WireBrowser(crowded.url).get("/.well-known/jwks.json").text))
    midway = Barrier(RENEWERS + 1)

    with ThreadPoolExecutor(RENEWERS) as pool:
        running = [pool.submit(renewing, crowded.url, public, one["refresh_token"], kept, midway) for one in families]
        midway.wait(60)
        assert run_command(app, "keys", "rotate").exit_code == 0
        signers = [one.result() for one in running]
    assert {names[0] for names in signers} == {kept.keys[0].kid}
    assert {names[-1] for names in signers} == {kept.keys[1].kid}
    results.save_figures(f"rotation under load, {kind}", tokens_verified=sum(map(len, signers)), renewers=len(signers))
