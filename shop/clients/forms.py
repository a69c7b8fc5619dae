"""What an owner types about a client."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import TextArea

from shop.clients import redirect_urls, registration
from shop.clients.models.client import ClientAccess
from shop.clients.registration import ClientDetails
from shop.edit_conflicts import EditForm
from shop.fields.text import LineField
from shop.fields.typed_field import TypedField

ACCESS_CHOICES = [
    SelectChoice(ClientAccess.EVERYBODY, "everybody – anybody with an e-mail address; this admin stays closed to them"),
    SelectChoice(ClientAccess.ALLOWLIST, "allowlist – whoever may enter this admin"),
    SelectChoice(ClientAccess.VIEWER, "viewer – viewers, staff and owners"),
    SelectChoice(ClientAccess.STAFF, "staff – staff and owners"),
    SelectChoice(ClientAccess.OWNER, "owner – owners alone"),
]
CHOOSE_ACCESS = "Choose who may sign in."


class AddressesField(TypedField):
    """Exact addresses, one a line: a list of texts."""

    widget: Any = TextArea()

    @property
    def empty(self) -> list[str]:
        """Give a list of its own to each field."""
        return []

    def read(self, text: str) -> list[str]:
        """Give the addresses in the order they were typed."""
        return text.split()

    def write(self, data: Any) -> str:
        """Give the addresses one a line."""
        return "\n".join(data)


class ClientForm(EditForm):
    """What can be changed of a client; `is_public` says which of its addresses are taken."""

    name = LineField(
        "Name",
        most=registration.LONGEST_NAME,
        required=registration.NO_NAME,
        hint="What its own people know it by: on the sign-in page, and as the sender of their letters.",
    )
    redirects = AddressesField(
        "Addresses to come back to after signing in",
        hint="Exact, one a line; none for a program that only checks tokens.",
    )
    after_sign_out = AddressesField("Addresses to come back to after signing out", hint="Exact, one a line; or none.")
    who = RadioField("Who may sign in", choices=ACCESS_CHOICES, validators=[InputRequired(CHOOSE_ACCESS)])

    def __init__(self, *, is_public: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.takes_apps = is_public

    def validate_name(self, field: LineField) -> None:
        if not field.data.isprintable():
            raise ValidationError(registration.NO_NAME)

    def validate_redirects(self, field: AddressesField) -> None:
        try:
            field.data = redirect_urls.parse_urls(field.data, is_public=self.takes_apps)
        except redirect_urls.BadRedirectUrl as refusal:
            raise ValidationError(str(refusal)) from None

    def validate_after_sign_out(self, field: AddressesField) -> None:
        self.validate_redirects(field)


class NewClientForm(ClientForm):
    """A client that is to be registered, under the id that the form was made with: one press, one client."""

    key = HiddenField()
    is_public = BooleanField("Public: it can keep no secret, as a program in a browser or on a phone")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.takes_apps = bool(self.is_public.data)


def to_details(values: dict[str, Any]) -> ClientDetails:
    """Give the terms that plain values stand for."""
    return ClientDetails(values["name"], values["redirects"], values["after_sign_out"], ClientAccess(values["who"]))
