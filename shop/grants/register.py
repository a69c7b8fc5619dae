"""Grants and signing keys, as the app has them."""

from flask import Flask

from shop.audit import chain
from shop.clients import registering
from shop.grants import commands, grant, keys
from shop.people.revocation import Revocable, revocables
from shop.retention import RetentionRule, retention_rules


def init_app(app: Flask) -> None:
    """Add the commands of the signing keys, and what ends grants."""
    app.register_blueprint(commands.grants)
    chain.unlogged_tables.add(keys.SigningKey.__tablename__, keys.SigningKey.__tablename__)
    revocables.add("grants", Revocable(grant.holders, grant.end_all), before="letters")
    registering.enders.add("grants", grant.end_on)
    retention_rules.add("grants", RetentionRule(grant.Grant, grant.is_over))
    retention_rules.add("signing keys", RetentionRule(keys.SigningKey, keys.is_over))
