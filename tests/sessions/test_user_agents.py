"""Names of browsers: for people in words, and as an identifier that is the same in every language."""

import pytest

from shop.sessions.user_agents import describe_browser, identify_browser

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LINUX = "Mozilla/5.0 (X11; Linux x86_64)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("curl/8.5.0", "curl"),
        (LINUX, "Unknown browser on Linux"),
        ("", "Unknown browser"),
        ("nonsense", "Unknown browser"),
    ],
)
def test_a_browser_is_described_by_what_is_known_of_it(user_agent, words):
    assert describe_browser(user_agent) == words


@pytest.mark.parametrize(
    ("user_agent", "identity"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("curl/8.5.0", "curl on an unknown system"),
        ("", "an unknown browser on an unknown system"),
    ],
)
def test_a_program_is_known_again_by_the_same_words(user_agent, identity):
    assert identify_browser(user_agent) == identity
