"""Generated calls from the OpenAPI document, with each response checked against it."""

from collections import Counter

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

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 190  # per call with a body; for JSON as many again that are broken on purpose
REFUSALS = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429]  # allowed responses to a broken call


def load_schema(description):
    """Return the schema of an OpenAPI description."""
    schema = schemathesis.openapi.from_dict(description)
    schema.config.checks.negative_data_rejection.expected_statuses = [str(status) for status in REFUSALS]
    return schema


def call_all(app, description, shown):
    """Generate calls for each operation, with one of `shown` as headers, and count them by operation and status."""
    schema, seen = load_schema(description), Counter()
    schema.app = app
    for operation in (found.ok() for found in schema.get_all_operations()):
        call_operation(app, operation, GenerationMode.POSITIVE, shown, seen)
        if any(body.media_type == "application/json" for body in operation.body):  # in a form every value is a text
            call_operation(app, operation, GenerationMode.NEGATIVE, shown, seen)
    return seen


def count_by_status(seen):
    """Return the number of calls by status."""
    answers = Counter()
    for (_, status), number in seen.items():
        answers[status] += number
    return dict(sorted(answers.items()))


def call_operation(app, operation, mode, shown, seen):
    """Generate calls for one operation, and check each response against the document."""

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
