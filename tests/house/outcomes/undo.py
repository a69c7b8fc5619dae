"""Undo."""

from tests.house.outcomes.kinds import STAFF_IN

OUTCOMES = {
    "GET undo.list_steps": STAFF_IN,
    "POST undo.undo_step": "302 403 404 404",
}


def values(_app):
    return {"step_id": "nobodys-step-123456789"}
