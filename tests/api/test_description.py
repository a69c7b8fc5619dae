"""The description: it names every call that there is, and thousands made up from it meet with nothing that it lacks."""

from collections import Counter
from time import process_time

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests import results
from tests.bridge import bearer, program, register, tokens_by_api
from tests.cast import STAFF
from tests.conftest import make_app

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FOR_BROWSERS = {"/oauth/authorize", "/oauth/end-session"}  # a person's way through a client, not a program's call
EXAMPLES = 190  # of each call with a body; those of JSON as many again that are broken on purpose
LEAST = 2000


def described(app):
    answer = program(app).get("/api/openapi.json")
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


def test_the_description_is_valid_openapi(app):
    schemathesis.openapi.from_dict(described(app)).validate()


@pytest.mark.parametrize("required", ["true", "false"])
def test_the_description_says_whether_a_handle_is_required(environ, tmp_path, required):
    paths = described(make_app({**environ, "API_HANDLE_REQUIRED": required}, tmp_path))["paths"]
    body = paths["/api/auth/local"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert ("handle" in body["required"]) == (required == "true")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_thousands_of_calls_made_up_from_it_meet_nothing_that_it_lacks(app, sink):
    schema = schemathesis.openapi.from_dict(described(app))
    schema.app = app
    began, seen = process_time(), Counter()
    shown = credentials(app, sink)
    for operation in (found.ok() for found in schema.get_all_operations()):
        try_out(app, operation, GenerationMode.POSITIVE, shown, seen)
        if any(body.media_type == "application/json" for body in operation.body):  # whatever a form holds is a text
            try_out(app, operation, GenerationMode.NEGATIVE, shown, seen)
    seconds = round(process_time() - began, 1)
    answers = Counter()
    for (_, status), number in seen.items():
        answers[status] += number
    results.write("made up calls", calls=sum(seen.values()), answers=dict(sorted(answers.items())), cpu_seconds=seconds)
    assert sum(seen.values()) >= LEAST
    assert {status for status in answers if status >= 500} == set()


def credentials(app, sink):
    """Give what a call may show: nothing, a token that counts, a client's secret."""
    return [{}, bearer(tokens_by_api(app, sink, STAFF)["jwt"]), register(app).proof]


def try_out(app, operation, mode, shown, seen):
    """Make calls up for one operation, and hold each answer to the description."""

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), headers=st.sampled_from(shown))
    def tried(case, headers):
        answer = case.call(base_url=app.config["PUBLIC_URL"], headers=headers)
        is_broken = mode is GenerationMode.NEGATIVE and case.body is not None and not headers
        case.validate_response(answer, checks=[*CHECKS, *([negative_data_rejection] if is_broken else [])])
        seen[operation.label, answer.status_code] += 1

    tried()
