"""Forms of the clients' pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import TextArea

from shop.clients import redirect_urls, registration
from shop.clients.models.client import ClientAccess
from shop.clients.registration import ClientDetails
from shop.edit_conflicts import EditForm
from shop.fields.required import Required
from shop.fields.text import LineField
from shop.fields.typed_field import TypedField

ACCESS_LABELS: dict[str, Any] = {
    ClientAccess.EVERYBODY: _l("Anyone with an email address"),
    ClientAccess.ALLOWLIST: _l("Everyone on the allowlist"),
    ClientAccess.VIEWER: _l("Viewers, staff, and owners"),
    ClientAccess.STAFF: _l("Staff and owners"),
    ClientAccess.OWNER: _l("Owners only"),
}
ACCESS_CHOICES = [SelectChoice(access, label) for access, label in ACCESS_LABELS.items()]
CHOOSE_ACCESS = _l("Choose who can sign in.")


class AddressesField(TypedField):
    """A list of exact URLs, one per line."""

    widget: Any = TextArea()

    @property
    def empty(self) -> list[str]:
        """Return a new list for each field."""
        return []

    def parse_value(self, text: str) -> list[str]:
        """Return the URLs in the order they were typed."""
        return text.split()

    def format_value(self, data: Any) -> str:
        """Return the URLs, one per line."""
        return "\n".join(data)


class ClientForm(EditForm):
    """A client's editable fields; `is_public` decides which URLs are allowed."""

    name = LineField(
        _l("Name"),
        most=registration.LONGEST_NAME,
        required=registration.NO_NAME,
        hint=_l("Shown to users on the sign-in page and in emails."),
    )
    redirects = AddressesField(
        _l("Redirect URLs"),
        hint=_l("One exact URL per line. Leave blank for programs that only check tokens."),
    )
    after_sign_out = AddressesField(
        _l("URLs to return to after signing out"), hint=_l("One exact URL per line. Optional.")
    )
    who = RadioField(_l("Who can sign in"), choices=ACCESS_CHOICES, validators=[Required(CHOOSE_ACCESS)])

    def __init__(self, *, is_public: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.takes_apps = is_public

    def validate_name(self, field: LineField) -> None:
        if not field.data.isprintable():
            raise ValidationError(str(registration.NO_NAME))

    def validate_redirects(self, field: AddressesField) -> None:
        try:
            field.data = redirect_urls.parse_urls(field.data, is_public=self.takes_apps)
        except redirect_urls.BadRedirectUrl as refusal:
            raise ValidationError(str(refusal)) from None

    def validate_after_sign_out(self, field: AddressesField) -> None:
        self.validate_redirects(field)


class NewClientForm(ClientForm):
    """A new client, under the id that the form was made with: a replay registers no second one."""

    key = HiddenField()
    is_public = BooleanField(
        _l("Public client: one that can't keep a secret because it runs in a browser or on a phone")
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.takes_apps = bool(self.is_public.data)


def to_details(values: dict[str, Any]) -> ClientDetails:
    """Return the details in plain values."""
    return ClientDetails(values["name"], values["redirects"], values["after_sign_out"], ClientAccess(values["who"]))
