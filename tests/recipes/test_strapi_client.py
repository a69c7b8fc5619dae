"""A client library that was written for Strapi signs in at the shop, unchanged."""

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def program(shop, prepare):
    """The recipe's program, which has asked for an address."""
    return prepare("strapi-client").start(place={}, SHOP_URL=shop.url)


def test_login_then_me(program, shop):
    address = shop.staff()
    type_in(program, address)

    code = shop.code_for(address)
    assert finish(program, code) == 0
    assert f"You are {address}." in program.log.read_text()


def test_a_wrong_code_is_told_in_the_words_of_strapi(program, shop):
    address = shop.staff()
    type_in(program, address)

    code = shop.code_for(address)
    assert finish(program, "000-000" if code != "000-000" else "111-111") == 1
    assert "400: Invalid identifier or password" in program.log.read_text()


def type_in(program, line):
    """Type a line."""
    program.process.stdin.write(f"{line}\n")
    program.process.stdin.flush()


def finish(program, line):
    """Type the last line, and return the program's exit status."""
    program.process.communicate(f"{line}\n", timeout=60)
    return program.process.returncode
