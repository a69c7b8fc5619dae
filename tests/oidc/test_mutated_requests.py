"""Authorization requests with one mutation each: none gets a code that the original would not get."""

import pytest

from tests.oauth_clients import CALLBACK, authorize_url, callback_params, register_client
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

DOOR, TOLD, PAGE, CODE = "the sign-in page", "an error to the client", "an error page", "a code"
NONE_OF_OURS = "0" * 10 + "-0." + "A" * 43  # in the format of our marks, but unsigned

# Appended to the query of a request for a new sign-in; and its result.
BEHIND_LOGIN = {
    "since": ("&since=0", DOOR),
    "since, like ours": (f"&since={NONE_OF_OURS}", DOOR),
    "since in an array": ("&since[]=0", DOOR),
    "since in capitals": ("&SINCE=0", DOOR),
    "since, encoded": ("&%73ince=0", DOOR),
    "since twice": ("&since=0&since=0", TOLD),
    "since and its encoding": ("&since=0&%73ince=0", TOLD),
    "since as a list": ("&since=0,9999999999", DOOR),
    "since in full width": ("&since=%EF%BC%90", TOLD),
    "since with a nul": ("&since=0%00", TOLD),
    "since behind a semicolon": (";since=0", TOLD),  # part of the value of prompt
    "since encoded twice": ("&%2573ince=0", DOOR),
    "since of a huge length": (f"&since={'9' * 3000}", DOOR),
    "login twice": ("&prompt=login", TOLD),
    "another prompt": ("&prompt=none", TOLD),
    "an empty prompt": ("&prompt=", TOLD),
    "prompt in an array": ("&prompt[]=none", DOOR),
    "prompt in capitals": ("&PROMPT=none", DOOR),
    "an old age": ("&max_age=999999999999", DOOR),
    "two ages": ("&max_age=0&max_age=999999999999", TOLD),
    "an age in an array": ("&max_age[]=1", DOOR),
    "a name that is none": ("&=0", DOOR),
    "a fragment": ("#since=0", DOOR),
    "a second question mark": ("?since=0", TOLD),
    "auth_time": ("&auth_time=9999999999", DOOR),
    "claims": ("&claims=%7B%22id_token%22%3A%7B%22auth_time%22%3Anull%7D%7D", DOOR),
    "a second client": (f"&client_id={'x' * 22}", PAGE),
    "a second address": (f"&redirect_uri={CALLBACK}", PAGE),
}

# Values of a parameter, for a person who signed in five minutes ago; and the result.
SAID = {
    "no age": ({"max_age": "0"}, DOOR),
    "no age, signed": ({"max_age": "-0"}, TOLD),
    "an age below nothing": ({"max_age": "-1"}, TOLD),
    "an age above all": ({"max_age": "9" * 13}, TOLD),
    "an age of many noughts": ({"max_age": "0" * 13}, TOLD),
    "a broken age": ({"max_age": "1.5"}, TOLD),
    "an age as a power": ({"max_age": "1e9"}, TOLD),
    "an age with a plus": ({"max_age": "+600"}, TOLD),
    "an age with a space": ({"max_age": " 600"}, TOLD),
    "an age in another base": ({"max_age": "0x258"}, TOLD),
    "an age in other digits": ({"max_age": "６００"}, TOLD),
    "an age with a line": ({"max_age": "1_000"}, TOLD),
    "not a number": ({"max_age": "NaN"}, TOLD),
    "infinity": ({"max_age": "inf"}, TOLD),
    "an age in words": ({"max_age": "600; since=0"}, TOLD),
    "none and login": ({"prompt": "none login"}, TOLD),
    "none and none": ({"prompt": "none none"}, TOLD),
    "none and consent": ({"prompt": "consent none"}, TOLD),
    "none in capitals": ({"prompt": "NONE"}, TOLD),
    "login in capitals": ({"prompt": "Login"}, TOLD),
    "login, with a comma": ({"prompt": "login,consent"}, TOLD),
    "login behind a tab": ({"prompt": "\tlogin"}, TOLD),
    "login behind a space": ({"prompt": " login "}, DOOR),
    "create": ({"prompt": "create"}, TOLD),
    "consent": ({"prompt": "consent"}, CODE),
    "consent and select_account": ({"prompt": "consent select_account"}, DOOR),
    "none, and old": ({"prompt": "none", "max_age": "60"}, TOLD),
    "none, and young": ({"prompt": "none", "max_age": "600"}, CODE),
    "a hint that is none": ({"id_token_hint": "x"}, TOLD),
    "a hint that is a number": ({"id_token_hint": "1"}, TOLD),
    "a hint of an address": ({"id_token_hint": STAFF}, TOLD),
    "a hint of nothing but dots": ({"id_token_hint": ".."}, TOLD),
    "a hint of a great length": ({"id_token_hint": "e" * 1000 + "." + "e" * 400 + "."}, TOLD),
    "a hint of five parts": ({"id_token_hint": "e30.e30.e30.e30.e30"}, TOLD),
    "a hint quietly": ({"id_token_hint": "x", "prompt": "none"}, TOLD),
}


@pytest.fixture
def storefront(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)
    return register_client(app)


def comes_of(answer):
    """Return the kind of a response; one for the client is read as the client reads it."""
    if answer.status_code == 400:
        return PAGE
    if (answer.location or "").startswith("/sign-in?next="):
        return DOOR
    told = callback_params(answer)
    assert ("code" in told) != ("error" in told)
    return CODE if "code" in told else TOLD


@pytest.mark.parametrize("twist", BEHIND_LOGIN)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_is_added_gets_around_a_new_sign_in(client, storefront, twist):
    added, outcome = BEHIND_LOGIN[twist]

    answer = client.get(f"{authorize_url(storefront, prompt='login')}{added}")

    assert comes_of(answer) == outcome


@pytest.mark.parametrize("twist", SAID)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_said_is_taken_as_the_standard_takes_it_or_refused(client, storefront, twist):
    said, outcome = SAID[twist]

    answer = client.get(authorize_url(storefront, **said))

    assert comes_of(answer) == outcome


@pytest.mark.parametrize("form", [{"since": "0"}, {"prompt": "none"}, {"max_age": "999999999999"}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_stands_in_a_body_is_not_read(client, storefront, form):
    answer = client.get(authorize_url(storefront, prompt="login"), data=form)

    assert comes_of(answer) == DOOR
