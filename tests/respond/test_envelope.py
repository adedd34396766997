"""What is sealed: exactly the secret of its part, and all one needs at 3 a.m. to use it."""

from dataclasses import replace
from datetime import timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.manifest.model import Manifest
from breakglass.naming import mfa_arn
from breakglass.respond import envelope
from breakglass.respond.envelope import Envelope, Part, file_name
from breakglass.respond.links import doors
from breakglass.secret import Secret
from tests.conftest import manifest
from tests.pages.write import MADE, PASSWORD, SEED, sealed
from tests.respond.reading import Page

HOSTILE = """<script>alert('"&amp;')</script> Ünïcode 名"""


def page(of: Manifest, part: Part, *, must_change: bool = False) -> Page:
    return Page(envelope.page(sealed(of, part, must_change=must_change), of))


@pytest.mark.parametrize("part", Part)
def test_an_envelope_holds_the_secret_of_its_part_and_no_other(acme: Manifest, part: Part) -> None:
    found = page(acme, part)
    assert found.ids().get("password") == (PASSWORD if part.holds_password else None)
    assert found.ids().get("seed") == (SEED if part.holds_seed else None)
    assert found.ids()["account"] == acme.security_account
    assert found.ids()["user"] == "ana-break-glass"
    assert (PASSWORD in found.source, SEED in found.source) == (False, False)  # in groups only, and nowhere else
    assert not part.holds_password or "7kRm" not in found.tagged("title")[0].text
    assert (found.ids().get("device") is not None) == part.holds_seed


@pytest.mark.parametrize("part", Part)
def test_a_device_of_another_name_than_the_first_is_told_for_the_shell(acme: Manifest, part: Part) -> None:
    """After a renewal: what is not named is taken for the first."""
    first = mfa_arn("aws", acme.security_account, "ana-break-glass")
    named = [Page(envelope.page(replace(sealed(acme, part), device=each), acme)) for each in (first, f"{first}-2", "")]
    told = f"--mfa-serial {first}-2" if part.holds_seed else None
    assert [each.ids().get("option") for each in named] == [None, told, None]


@pytest.mark.parametrize(
    ("part", "password", "seed"),
    [
        (Part.PASSWORD, None, Secret(SEED)),
        (Part.MFA, Secret(PASSWORD), None),
        (Part.BOTH, None, Secret(SEED)),
        (Part.BOTH, Secret(PASSWORD), None),
    ],
)
def test_an_envelope_without_its_secret_is_not_made(
    acme: Manifest, part: Part, password: Secret | None, seed: Secret | None
) -> None:
    with pytest.raises(ValueError, match="there is none"):
        replace(sealed(acme, part), password=password, seed=seed)


def test_a_half_needs_only_its_half(acme: Manifest) -> None:
    half = replace(sealed(acme, Part.PASSWORD), seed=None)
    assert Page(envelope.page(half, acme)).ids()["password"] == PASSWORD


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=20, max_size=40))
@settings(max_examples=20)
def test_any_password_stands_there_exactly(password: str) -> None:
    acme = manifest()
    made = replace(sealed(acme, Part.PASSWORD), password=Secret(password))
    assert Page(envelope.page(made, acme)).ids()["password"] == password


def test_the_qr_code_is_of_what_an_authenticator_takes(acme: Manifest) -> None:
    uri = pyotp.TOTP(SEED).provisioning_uri(name="ana-break-glass@111111111111", issuer_name="Amazon Web Services")
    assert segno.make(uri, error="m").svg_inline(omitsize=True) in page(acme, Part.MFA).source
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Amazon Web Services:ana-break-glass@111111111111"
    assert parse_qs(parts.query) == {"secret": [SEED], "issuer": ["Amazon Web Services"]}


@pytest.mark.parametrize("part", Part)
def test_the_way_in_is_told_step_by_step_in_the_manifests_order(acme: Manifest, part: Part) -> None:
    found = page(acme, part)
    assert [each.url for each in found.links()] == [each.console for each in doors(acme)]
    for words in ("IAM user", "A code counts once", "BREAK-GLASS-", "Do not guess", "breakglass enroll ana --renew"):
        assert words in found.words
    for contact in acme.contacts:
        assert contact.name in found.words
    second = part is Part.SECOND
    assert ("2026-11-22 11:26 UTC. It replaces all earlier ones" in found.words) is not second
    assert ("of the first device stay valid" in found.words) is second
    assert "Tell before opening Incident manager on duty, +1 555 0100" in found.words


@pytest.mark.parametrize("part", Part)
def test_a_handover_is_for_today(acme: Manifest, part: Part) -> None:
    found = page(acme, part, must_change=True).words
    assert "Do this today" in found
    assert "fails while us-east-1 is down" in found
    assert "--renew" not in found
    assert "Do this today" not in page(acme, part).words


def test_without_contacts_somebody_is_told_all_the_same() -> None:
    found = page(manifest(contacts=[]), Part.PASSWORD).words
    assert "whoever leads the incident" in found
    assert "Whom to call" not in found


def test_many_contacts_would_not_fit_on_the_sheet() -> None:
    found = page(manifest(contacts=[{"name": f"Desk {number}", "note": "At night"} for number in range(5)]), Part.BOTH)
    assert "Desk 3 Others are on the emergency card." in found.words
    assert "Desk 4" not in found.words
    assert "At night" not in found.words


def test_a_contact_without_a_telephone_is_written_to() -> None:
    found = page(manifest(contacts=[{"name": "Desk", "email": "desk@acme.example"}]), Part.PASSWORD).words
    assert "Tell before opening Desk, desk@acme.example" in found


@pytest.mark.parametrize("part", Part)
def test_hostile_names_are_text(acme: Manifest, part: Part) -> None:
    contacts = [{"name": HOSTILE, "note": HOSTILE, "email": "<b>\"'&@x"}]
    of = manifest(contacts=contacts)
    person = replace(acme.responders[0], name=HOSTILE)
    found = Page(envelope.page(replace(sealed(of, part), person=person, device=HOSTILE), of))
    assert not found.tagged("script")
    assert not found.tagged("b")
    assert HOSTILE in found.tagged("main")[0].text
    assert found.ids()["device"] == HOSTILE


def test_files_are_named_for_user_time_and_part(acme: Manifest) -> None:
    assert file_name(sealed(acme, Part.PASSWORD)) == "ana-break-glass-20261122T112603Z-password.html"
    elsewhere = replace(sealed(acme, Part.MFA), sealed=MADE.astimezone(timezone(timedelta(hours=9))))
    assert file_name(elsewhere) == "ana-break-glass-20261122T112603Z-mfa.html"


def test_an_envelope_shows_no_secret_where_it_is_logged(acme: Manifest) -> None:
    made: Envelope = sealed(acme, Part.BOTH)
    assert PASSWORD not in repr(made)
    assert SEED not in repr(made)
