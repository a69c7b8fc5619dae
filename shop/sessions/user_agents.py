"""What to call a browser, by the User-Agent header that it sent."""

from ua_parser import parse


def describe_browser(user_agent: str) -> str:
    """Name a browser and its system for people: `Firefox on Ubuntu`."""
    found = parse(user_agent) if user_agent else None
    browser = found.user_agent.family if found and found.user_agent else "an unknown browser"
    system = found.os.family if found and found.os else "an unknown system"
    return f"{browser} on {system}"
