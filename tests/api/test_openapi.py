"""The OpenAPI document: it names every call, and thousands of calls generated from it meet nothing undocumented."""

from importlib import import_module

import pytest

from tests import results
from tests.conftest import make_app
from tests.oauth_clients import bearer_headers, open_program, register_client, tokens_by_api
from tests.sample_people import STAFF

LEAST = 2000
FOR_BROWSERS = {"/oauth/authorize", "/oauth/end-session"}  # browsers, not programs, use these


@pytest.fixture(scope="module")
def generated_calls():
    """The helper module; its library takes seconds to load, and only this file needs it."""
    return import_module("tests.api.generated_calls")


def described(app):
    answer = open_program(app).get("/api/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def test_the_description_names_exactly_the_calls_that_there_are(app):
    here = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/oauth/", "/.well-known/")) and rule.rule not in FOR_BROWSERS
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, methods in described(app)["paths"].items() for method in methods}
    assert told == here


def test_the_description_is_valid_openapi(app, generated_calls):
    generated_calls.load_schema(described(app)).validate()


@pytest.mark.parametrize("required", ["true", "false"])
def test_the_description_says_whether_a_handle_is_required(environ, tmp_path, required):
    paths = described(make_app({**environ, "API_HANDLE_REQUIRED": required}, tmp_path))["paths"]
    body = paths["/api/auth/local"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert ("handle" in body["required"]) == (required == "true")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_thousands_of_calls_made_up_from_it_meet_nothing_that_it_lacks(app, sink, generated_calls):
    shown = [{}, bearer_headers(tokens_by_api(app, sink, STAFF)["jwt"]), register_client(app).proof]

    seen = generated_calls.call_all(app, described(app), shown)

    answers = generated_calls.count_by_status(seen)
    results.save_figures("made up calls", calls=sum(seen.values()), answers=answers)
    assert sum(seen.values()) >= LEAST
    assert {status for status in answers if status >= 500} == set()
