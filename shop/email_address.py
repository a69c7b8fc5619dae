"""The one place that decides what an email address is, and how it is written."""

import re

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

LONGEST = 254  # RFC 5321, 4.5.3.1.3: a path is 256 octets, two of them its angle brackets
# Quotes, comments, lists, routes and display names are all legal mail syntax, and each has let a letter go to an
# address other than the one that was checked. None of their characters is needed in a plain address.
# So are routes written with a percent or an exclamation mark: a mail server that is trusted with our mail may read
# `name%elsewhere.example@example.com`, which a rule for all of @example.com would let in, and send it on to elsewhere.
# And no top domain begins with a digit: what does is the number of a machine.
# A star is a pattern to some readers, and nobody's name. `=?` begins an encoded word, which a reader may decode into
# another address. What begins with a dash is an option to a mail program that is given it on its command line, with a
# bar or a slash a command or a file to one that delivers, and with an equals sign a formula to a spreadsheet.
PLAIN = re.compile(r"(?![-|/=])(?!.*=\?)[a-z0-9#$&'+/=?^_`{|}~.-]+@[a-z0-9.-]+\.[a-z][a-z0-9-]+")

ENTER_ONE = _l("Enter an email address.")
TOO_LONG = _l("That's too long for an email address: use at most %(most)s characters.", most=LONGEST)
NOT_PLAIN = _l("Enter one plain address, such as name@example.com.")


class InvalidEmail(ValueError):
    """What was typed is not one plain address; the text is a sentence for the person who typed it."""


def parse_email(text: str) -> str:
    """Parse what a person typed as one plain ASCII address.

    Takes any text. Returns the address in its only spelling: no surrounding space, lower case, a domain with a dot.
    Raises InvalidEmail. Nothing is looked up in DNS.
    """
    typed = text.strip(" \t\r\n")
    if not typed:
        raise InvalidEmail(str(ENTER_ONE))
    if len(typed) > LONGEST:
        raise InvalidEmail(str(TOO_LONG))
    # ASCII first: lower() folds the Kelvin sign to k, and IDNA folds far more.
    address = typed.lower() if typed.isascii() else ""
    if not PLAIN.fullmatch(address) or not is_valid_email(address):
        raise InvalidEmail(str(NOT_PLAIN))
    return address


def is_valid_email(address: str) -> bool:
    """Return whether email-validator accepts the address, without DNS, and would not respell it."""
    try:
        # An in-house mail server may well live under .internal or .test, so those names are not refused.
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return found.ascii_email == address


def email_domain(address: str) -> str:
    """Return the domain with its at sign: `@example.com`."""
    return address[address.index("@") :]


def parse_email_or_domain(text: str) -> str:
    """Return an allowlist rule's subject: an address, or a whole domain written `@example.com`.

    Raises InvalidEmail.
    """
    typed = text.strip(" \t\r\n")
    if "*" in typed:
        raise InvalidEmail(
            _("Patterns aren't supported. For everyone at a domain, enter %(domain)s.", domain=_domain_meant(typed))
        )
    return email_domain(parse_email("anybody" + typed)) if typed.startswith("@") else parse_email(typed)


def _domain_meant(pattern: str) -> str:
    try:
        return email_domain(parse_email("anybody" + pattern.removeprefix("*")))
    except InvalidEmail:
        return "@example.com"


def mailbox_key(address: str) -> str:
    """Return the mailbox that an address most likely reaches, for counting only, never for mailing.

    Many providers deliver `a.b+shop@…` and `ab@…` into one mailbox, so that a flood must not get a fresh budget for
    each spelling.
    """
    local, _, domain = address.partition("@")
    plain = local.split("+", 1)[0].replace(".", "")
    return f"{plain or local}@{domain}"
