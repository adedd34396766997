"""What the pages for responders have in common: whom to call, and how they are rendered."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from jinja2 import Environment

from breakglass.manifest.model import Manifest
from breakglass.report.pages import environment


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call, with links that dial and write."""

    name: str
    phone: str
    tel: str
    email: str
    mailto: str
    note: str


def calls(manifest: Manifest) -> Iterator[Call]:
    """Yield whom to call, in the manifest's order; what is not known is empty.

    A telephone link holds the digits alone: https://www.rfc-editor.org/rfc/rfc3966
    """
    for each in manifest.contacts:
        phone, email = each.phone or "", each.email or ""
        dialled = "".join(character for character in phone if character in "+0123456789")
        tel, mailto = dialled and f"tel:{dialled}", email and f"mailto:{quote(email, safe='@')}"
        yield Call(each.name, phone, tel, email, mailto, each.note or "")


def render(template: str, **values: object) -> str:
    """Return a page; whatever is put into it is escaped."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    return environment("breakglass.respond")
