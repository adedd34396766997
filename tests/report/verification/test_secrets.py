"""A pager's address is a secret: it is in the manifest, in subscriptions and in no report."""

import json

import yaml

from breakglass.assure.verify import verify
from breakglass.estate.desired import desired
from breakglass.report.verification.asff import asff
from breakglass.report.verification.document import verification_document
from breakglass.report.verification.junit import junit
from breakglass.report.verification.page import verification_page
from breakglass.report.verification.text import verification_text
from tests.conftest import ACME, manifest
from tests.memory import MemoryEstate
from tests.report.verification import samples

SECRET = "a1b2c3d4e5f6-integration-key"


def test_no_report_has_it() -> None:
    alerts = yaml.safe_load(ACME.read_text("utf-8"))["alerts"]
    of = manifest(alerts={**alerts, "https": [f"https://pager.example/{SECRET}"]})
    found = verify(MemoryEstate(dict(desired(manifest()))), of, samples.MOMENT)
    reports = (
        json.dumps(verification_document(found)),
        verification_page(found),
        junit(found),
        json.dumps(asff(found, "eu-west-1")),
        "\n".join(each.plain for each in verification_text(found)),
    )
    assert all("https://pager.example/" in each.replace("\\/", "/") for each in reports)
    assert not any(SECRET in each for each in reports)
