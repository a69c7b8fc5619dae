"""Name a browser by the User-Agent header that it sent."""

from flask_babel import gettext as _
from ua_parser import parse


def describe_browser(user_agent: str) -> str:
    """Return the name of a browser and its system for people, in their language: `Firefox on Ubuntu`."""
    browser, system = _parse_names(user_agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or (_("Unknown browser on %(system)s", system=system) if system else _("Unknown browser"))


def identify_browser(user_agent: str) -> str:
    """Return an identifier of a browser and its system that is the same in every language."""
    browser, system = _parse_names(user_agent)
    identity = f"{browser or 'an unknown browser'} on {system or 'an unknown system'}"
    return identity


def _parse_names(user_agent: str) -> tuple[str, str]:
    found = parse(user_agent) if user_agent else None
    return (
        found.user_agent.family if found and found.user_agent else "",
        found.os.family if found and found.os else "",
    )
