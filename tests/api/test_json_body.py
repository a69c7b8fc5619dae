"""Accepted bodies: one JSON object of plain texts. Everything else is refused in the error envelope, first of all."""

import json

import pytest

from shop.extensions import db
from shop.signin.models.sign_in_request import SignInRequest
from tests.oauth_clients import open_program, post_json
from tests.sample_people import STAFF

ASK = "/api/auth/passwordless"
GOOD = json.dumps({"identifier": STAFF})
BODIES = {
    "nothing": "",
    "no JSON": "identifier=staff@shop.example",
    "half of it": '{"identifier": "staff@shop.example"',
    "an array": f"[{GOOD}]",
    "a text": f'"{STAFF}"',
    "null": "null",
    "a key twice": f'{{"identifier": "{STAFF}", "identifier": "owner@shop.example"}}',
    "a key twice inside": f'{{"identifier": "{STAFF}", "more": {{"a": 1, "a": 2}}}}',
    "an array of addresses": f'{{"identifier": ["{STAFF}"]}}',
    "an object": f'{{"identifier": {{"email": "{STAFF}"}}}}',
    "a number": '{"identifier": 1}',
    "true": '{"identifier": true}',
    "a null": '{"identifier": null}',
    "no address": '{"identifier": "staff"}',
    "an empty one": '{"identifier": ""}',
    "two addresses": f'{{"identifier": "{STAFF}, owner@shop.example"}}',
    "a nul": '{"identifier": "staff\\u0000@shop.example"}',
    "half a character": '{"identifier": "\\ud800@shop.example"}',
    "a long one": json.dumps({"identifier": "a" * 3000 + "@shop.example"}),
    "not a number": '{"identifier": NaN}',
    "a deep one": "[" * 8000,
    "a long number": '{"identifier": ' + "1" * 8000 + "}",
    "no UTF-8": b'{"identifier": "staff@shop.example\xff"}',
    "a mark first": b"\xef\xbb\xbf" + GOOD.encode(),
    "UTF-16": GOOD.encode("utf-16"),
}
KINDS = ["", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"]


def asked(app):
    with app.app_context():
        return SignInRequest.query.count()


def is_enveloped(answer, status):
    error = answer.json["error"]
    assert set(answer.json) == {"data", "error"}
    assert set(error) == {"status", "name", "message", "details"}
    return answer.json["data"] is None and answer.status_code == error["status"] == status


@pytest.mark.parametrize("body", BODIES)
def test_what_is_no_object_of_plain_texts_is_refused(app, body):
    answer = open_program(app).post(ASK, data=BODIES[body], content_type="application/json")
    assert is_enveloped(answer, 400)
    assert asked(app) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_json_content_type_is_read(app, kind):
    """Another site's page can send the other types without a CORS preflight."""
    answer = open_program(app).post(ASK, data=GOOD, content_type=kind)
    assert is_enveloped(answer, 415)
    assert asked(app) == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;x=y"])
def test_parameters_of_the_content_type_do_not_matter(app, kind):
    assert open_program(app).post(ASK, data=GOOD, content_type=kind).status_code == 200


def test_a_form_of_json_is_refused(app):
    answer = open_program(app).post(f"{ASK}?identifier={STAFF}", data={"identifier": STAFF})
    assert is_enveloped(answer, 415)


def test_what_stands_in_the_address_is_not_read(app):
    assert is_enveloped(post_json(app, f"{ASK}?identifier={STAFF}", {}), 400)
    assert asked(app) == 0


def test_keys_that_a_call_does_not_know_are_left_alone(app):
    assert post_json(app, ASK, {"identifier": STAFF, "deviceId": ["x"], "more": {}}).status_code == 200


def test_a_body_that_is_too_large_is_refused(app):
    body = json.dumps({"identifier": STAFF, "more": "x" * 17_000})
    assert is_enveloped(open_program(app).post(ASK, data=body, content_type="application/json"), 413)
    assert asked(app) == 0


@pytest.mark.parametrize("name", ["password", "handle", "client_id", "client_secret"])
@pytest.mark.parametrize("value", [["x"], {"x": "y"}, 1, True, None, "\0"])
def test_every_text_of_a_swap_is_a_text(app, name, value):
    body = {"identifier": STAFF, "password": "ABC-123", name: value}
    assert is_enveloped(post_json(app, "/api/auth/local", body), 400)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/auth", "/api/users/1"])
def test_where_nothing_is_the_envelope_says_so(app, path):
    answer = open_program(app).get(path)
    if path == "/api":
        assert answer.status_code == 404
    else:
        assert is_enveloped(answer, 404)


@pytest.mark.parametrize(("method", "path"), [("GET", ASK), ("PUT", ASK), ("POST", "/api/users/me")])
def test_another_method_is_refused_in_the_envelope(app, method, path):
    answer = open_program(app).open(path, method=method)
    assert is_enveloped(answer, 405)
    assert "OPTIONS" in answer.headers["Allow"]


def test_a_host_that_is_not_ours_is_refused_in_the_envelope(app):
    answer = open_program(app).get("/api/users/me", base_url="http://evil.example")
    assert is_enveloped(answer, 400)


def test_a_fault_of_ours_is_told_in_the_envelope_without_a_word_of_it(app):
    rename(app, "network", "elsewhere")
    answer = post_json(app, ASK, {"identifier": STAFF})

    rename(app, "elsewhere", "network")

    assert is_enveloped(answer, 500)
    assert "sign_in_requests" not in answer.text


def rename(app, column, name):
    with app.app_context():
        db.session.execute(db.text(f"ALTER TABLE sign_in_requests RENAME COLUMN {column} TO {name}"))
        db.session.commit()


def test_too_many_calls_are_told_in_the_envelope(app):
    for _ in range(5):
        assert post_json(app, ASK, {"identifier": STAFF}).status_code == 200

    answer = post_json(app, ASK, {"identifier": STAFF})
    assert is_enveloped(answer, 429)
    assert 3500 < int(answer.headers["Retry-After"]) <= 3601
