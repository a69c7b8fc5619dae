"""What to call a browser, by the User-Agent header that it sent."""

from flask_babel import gettext as _
from ua_parser import parse


def describe_browser(user_agent: str) -> str:
    """Return the name of a browser and its system for people: `Firefox on Ubuntu`."""
    browser, system = _parse_names(user_agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    if system:
        return str(_("Unknown browser on %(system)s", system=system))
    return browser or str(_("Unknown browser"))


def get_browser_key(user_agent: str) -> str:
    """Return the name that a program is remembered by; digests of it are stored, so it's never reworded."""
    browser, system = _parse_names(user_agent)
    return f"{browser or 'an unknown browser'} on {system or 'an unknown system'}"


def _parse_names(user_agent: str) -> tuple[str, str]:
    found = parse(user_agent) if user_agent else None
    browser = found.user_agent.family if found and found.user_agent else ""
    system = found.os.family if found and found.os else ""
    return browser, system
