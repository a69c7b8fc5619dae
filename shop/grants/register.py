"""Register grants and signing keys with the app."""

from flask import Flask

from shop.audit import chain
from shop.clients import registration
from shop.grants import commands, queries, revocation, signing_keys
from shop.grants.models.grant import Grant
from shop.grants.models.signing_key import SigningKey
from shop.people.revocation import Revocable, revocables
from shop.retention import RetentionRule, retention_rules


def init_app(app: Flask) -> None:
    """Add the commands of the signing keys, and the hooks that revoke grants."""
    app.register_blueprint(commands.grants)
    chain.unlogged_tables.add(SigningKey.__tablename__, SigningKey.__tablename__)
    revocables.add("grants", Revocable(queries.list_holders, revocation.revoke_all), before="letters")
    registration.revokers.add("grants", revocation.revoke_for_client)
    retention_rules.add("grants", RetentionRule(Grant, queries.is_past_retention))
    retention_rules.add("signing keys", RetentionRule(SigningKey, signing_keys.is_past_retention))
