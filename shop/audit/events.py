"""The closed list of what is recorded, and the keys that each entry carries."""

EVENTS: dict[str, frozenset[str]] = {
    # the front door
    "sign_in_asked": frozenset({"address", "request", "letter"}),
    "sign_in_mailed": frozenset({"address", "request", "letter"}),
    "sign_in_withheld": frozenset({"address", "request", "reason"}),
    "sign_in_refused": frozenset({"address", "request", "reason"}),
    "wrong_code": frozenset({"address", "request", "tries"}),
    "signed_in": frozenset({"address", "request", "session", "via", "role"}),
    "signed_out": frozenset({"address", "session"}),
    "session_ended": frozenset({"address", "session", "reason"}),
    "break_glass": frozenset({"address", "request"}),
    "link_looked_at": frozenset({"address", "request"}),
    "confirmed": frozenset({"address", "session"}),
    "not_me": frozenset({"address", "what", "number"}),
    # who may enter
    "rule_added": frozenset({"subject", "role", "until", "note"}),
    "rule_changed": frozenset({"subject", "role", "until", "note"}),
    "rule_removed": frozenset({"subject", "role"}),
    "invited": frozenset({"address", "role", "until"}),
    "invited_again": frozenset({"address"}),
    "paused": frozenset({"address", "until"}),
    "pause_lifted": frozenset({"address"}),
    "blocked": frozenset({"address"}),
    "unblocked": frozenset({"address"}),
    "access_ended": frozenset({"address", "sessions", "requests", "invitations", "letters"}),
    # the audit log itself
    "exported": frozenset({"what", "rows"}),
    # the outbox
    "letter_failed": frozenset({"letter", "to", "fault"}),
}
