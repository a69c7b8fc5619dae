"""The demo's customers. Names combine common ones; domains and phone numbers belong to no one.

The domains are those of RFC 2606. The numbers are those that the regulators of Germany, Great Britain, France and the
United States reserve for films.
"""

import unicodedata
from dataclasses import dataclass
from random import Random

GIVEN = (
    "Anna Ben Clara David Ella Felix Greta Hugo Ida Jonas Katrin Leon Mara Noah Olga Paul Rosa Samuel Tilda Viktor "
    "Alice Arthur Beth Callum Daisy Edward Freya George Hannah Isaac Jane Kieran Lucy Martin Nora Oscar Priya Rory "
    "Sophie Thomas Amélie Bastien Chloé Damien Élise Fabien Inès Jules Léa Mathis Aisha Carlos Dolores Ethan Grace "
    "Hiro Imani José Keiko Luis"
)
FAMILY = (
    "Müller Schmidt Weber Fischer Wagner Becker Hoffmann Schäfer Koch Richter Klein Wolf Neumann Schwarz Zimmermann "
    "Smith Jones Taylor Brown Wilson Evans Walker Wright Robinson Hughes Green Hall Wood Clarke Turner Martin Bernard "
    "Dubois Durand Moreau Laurent Girard Roux Fournier Mercier Garcia Nguyen Kim Patel Rossi Silva Novak Jensen Okafor"
)
PLACES = {
    "DE": (
        (("Berlin", "10115"), ("Hamburg", "20095"), ("Leipzig", "04109"), ("Köln", "50667"), ("Freiburg", "79098")),
        ("Lindenweg", "Gartenstraße", "Am Markt", "Bergstraße", "Mühlenweg"),
    ),
    "GB": (
        (("Bristol", "BS1 4ST"), ("Leeds", "LS1 4DY"), ("London", "E1 6AN"), ("Edinburgh", "EH1 1YZ")),
        ("Mill Lane", "Church Road", "Station Road", "High Street", "Orchard Close"),
    ),
    "FR": (
        (("Lyon", "69002"), ("Nantes", "44000"), ("Lille", "59800"), ("Strasbourg", "67000")),
        ("rue des Lilas", "rue du Moulin", "place de l’Église", "avenue de la Gare"),
    ),
    "US": (
        (("Portland", "97205"), ("Austin", "78701"), ("Boston", "02108")),
        ("Maple Street", "Oak Avenue", "Second Street", "Harbor Road"),
    ),
}
REGIONS = {"Portland": "OR", "Austin": "TX", "Boston": "MA"}
STAFF = ("mira@demo.example", "jonas@demo.example")  # the demo's staff
DOMAINS = ("example.com", "example.net", "example.org", "mail.example", "post.example")
NOTES = (
    "Wants a call before delivery.",
    "Leave packages with the neighbor on the left.",
    "Buys for an office; wants one invoice a month.",
    "Allergic to lavender.",
    "Picks up at the store on Saturdays.",
)


@dataclass(frozen=True)
class DemoCustomer:
    """One customer; `address` has the keys of the customers' ADDRESS_FIELDS."""

    name: str
    email: str
    phone: str
    address: dict[str, str]
    tags: tuple[str, ...]
    note: str
    accepts_marketing: bool


def generate_customers(number: int, chance: Random) -> list[DemoCustomer]:
    """Return invented people, no two with the same name."""
    pairs = [(given, family) for given in GIVEN.split() for family in FAMILY.split()]
    return [
        _customer(given, family, place, chance) for place, (given, family) in enumerate(chance.sample(pairs, number))
    ]


def _customer(given: str, family: str, place: int, chance: Random) -> DemoCustomer:
    country = chance.choices(list(PLACES), weights=(60, 20, 12, 8))[0]
    cities, streets = PLACES[country]
    (city, zip_code), street = chance.choice(cities), chance.choice(streets)
    house, phone = chance.randint(1, 140), _phone(country, place)
    address = {
        "name": f"{given} {family}",
        "company": f"{family} & Co" if chance.random() < 0.08 else "",
        "line1": f"{street} {house}" if country == "DE" else f"{house} {street}",
        "line2": "2nd floor" if chance.random() < 0.1 else "",
        "zip": zip_code,
        "city": city,
        "region": REGIONS.get(city, ""),
        "country": country,
        "phone": phone,
    }
    tags = [
        tag for tag, share in (("regular", 0.2), ("wholesale", 0.05), ("newsletter", 0.25)) if chance.random() < share
    ]
    return DemoCustomer(
        name=f"{given} {family}",
        email=f"{_ascii_name(given)}.{_ascii_name(family)}@{chance.choice(DOMAINS)}",
        phone=phone,
        address=address,
        tags=tuple(tags),
        note=chance.choice(NOTES) if chance.random() < 0.1 else "",
        accepts_marketing="newsletter" in tags,
    )


def _phone(country: str, place: int) -> str:
    return {
        "DE": f"+49 30 23125{place:03}",
        "GB": f"+44 20 7946 0{place:03}",
        "FR": f"+33 1 99 00 {place // 100:02} {place % 100:02}",
        "US": f"+1 212 555 01{place % 100:02}",
    }[country]


def _ascii_name(name: str) -> str:
    spelled = name.replace("ü", "ue").replace("ä", "ae").replace("ö", "oe")
    bare = unicodedata.normalize("NFKD", spelled)
    return "".join(c for c in bare.casefold() if c.isascii() and c.isalpha())
