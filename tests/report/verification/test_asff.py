"""Findings for Security Hub: such as it takes, updated and archived and never there twice."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from breakglass.estate.verification import Result, Verification
from breakglass.findings import Severity
from breakglass.report.verification.asff import archived, asff, finding_id, id_prefix, imported
from breakglass.report.verification.changes import Changes, changes
from tests.conftest import manifest
from tests.report.verification import samples
from tests.report.verification.samples import EARLIER, MOMENT, finding

LONG = "x" * 5000
HUGE = Result("roles", finding("DRIFT", f"arn:aws:iam::222222222222:role/{LONG}", detail=LONG), samples.PROD)


def sent(of: Verification, since: Changes | None = None) -> list[dict[str, Any]]:
    found = asff(of, "eu-west-1") if since is None else asff(of, "eu-west-1", since)
    written: list[dict[str, Any]] = json.loads(json.dumps(found))
    return written


def only(result: Result) -> dict[str, Any]:
    (found,) = sent(samples.verification(manifest(), results=[result]))
    return found


def test_they_are_what_security_hub_takes() -> None:
    model: Any = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    known = set(model.shape_for("AwsSecurityFinding").members)
    of = samples.telling()
    found = sent(replace(of, results=(*of.results, HUGE)))
    validate_parameters({"Findings": found}, shape)
    for each in found:
        assert each.keys() <= known
        assert not {"Note", "Workflow", "UserDefinedFields", "VerificationState"} & each.keys()
        assert 1 <= len(each["Title"]) <= 256
        assert 1 <= len(each["Description"]) <= 1024
        assert 1 <= len(each["Remediation"]["Recommendation"]["Text"]) <= 512
        assert len(each["Id"]) <= 512
        assert 1 <= len(each["Resources"]) <= 32
        assert all(0 < len(value) <= 2048 and len(key) <= 128 for key, value in each["ProductFields"].items())
        assert len(json.dumps(each).encode()) < 240_000
        assert "\x1b" not in json.dumps(each, ensure_ascii=False)


def test_they_are_of_the_audit_account_and_say_which_account_is_concerned() -> None:
    found = only(samples.SHUT_OUT)
    assert found["AwsAccountId"] == "333333333333"
    assert found["ProductArn"] == "arn:aws:securityhub:eu-west-1:333333333333:product/333333333333/default"
    assert found["GeneratorId"] == "breakglass/matrix"
    assert found["Resources"] == [{"Type": "AwsAccount", "Id": "AWS::::Account:222222222222", "Partition": "aws"}]
    assert found["ProductFields"]["breakglass/account"] == "222222222222"
    assert found["Severity"]["Label"] == "CRITICAL"
    assert found["RecordState"] == "ACTIVE"
    assert found["Compliance"] == {"Status": "FAILED"}


@pytest.mark.parametrize(
    ("subject", "type_", "name", "region"),
    [
        ("dana-break-glass", "AwsIamUser", "arn:aws:iam::111111111111:user/break-glass/dana-break-glass", None),
        ("arn:aws:iam::222222222222:role/x", "AwsIamRole", None, None),
        ("arn:aws:iam::222222222222:instance-profile/x", "Other", None, None),
        ("arn:aws:sns:eu-west-1:222222222222:topic", "AwsSnsTopic", None, "eu-west-1"),
        ("arn:aws:s3:::bucket", "AwsS3Bucket", None, None),
        ("arn:aws:events:eu-west-1:222222222222:event-bus/b", "AwsEventsEventbus", None, "eu-west-1"),
        ("arn:aws:iam::222222222222:*", "Other", None, None),
    ],
)
def test_a_subject_is_the_resource_it_is(subject: str, type_: str, name: str | None, region: str | None) -> None:
    itself, account = only(Result("roles", finding("DRIFT", subject), samples.PROD))["Resources"]
    assert (itself["Type"], itself["Id"], itself.get("Region")) == (type_, name or subject, region)
    assert account["Type"] == "AwsAccount"


def test_what_has_no_account_concerns_the_one_that_verifies() -> None:
    (account,) = only(Result("roles", finding("DRIFT", "a guardrail"), ""))["Resources"]
    assert account["Id"] == "AWS::::Account:333333333333"


def test_what_is_not_proved_is_not_called_failed() -> None:
    assert only(replace(samples.NOT_PROVED, control="probes"))["Compliance"] == {"Status": "NOT_AVAILABLE"}


def test_requirements_of_frameworks_are_related() -> None:
    related = only(samples.STRAY)["Compliance"]["RelatedRequirements"]
    assert related == ["CIS AWS 3.0 1.16", "NIST SP 800-53 Rev. 5 AC-2", "NIST SP 800-53 Rev. 5 AC-3(7)"]


def test_what_is_set_aside_is_imported_with_who_answers_for_it() -> None:
    fields = only(samples.DRIFTED)["ProductFields"]
    assert fields["breakglass/set-aside-by"] == "Ana Souza"
    assert fields["breakglass/set-aside-until"] == "2026-12-31"
    assert "breakglass/set-aside-by" not in only(samples.STRAY)["ProductFields"]


def test_the_same_finding_has_the_same_id_in_every_run_and_another_has_another() -> None:
    first = only(samples.SHUT_OUT)
    worse = replace(samples.SHUT_OUT, finding=replace(samples.SHUT_OUT.finding, detail="otherwise told"))
    assert only(worse)["Id"] == first["Id"]
    others = [samples.MISSING, samples.STRAY, replace(samples.SHUT_OUT, control="roles")]
    assert len({first["Id"], *(only(each)["Id"] for each in others)}) == 4
    assert first["Id"].startswith(id_prefix("acme"))
    assert finding_id("acme", ("matrix", "MISSING_ACCESS", samples.PROD)) == first["Id"]


def test_what_is_alike_is_one_finding_as_grave_as_the_gravest() -> None:
    low = Result("roles", finding("NOT_PROVED", "x", Severity.LOW, "one"), "")
    high = Result("roles", finding("NOT_PROVED", "x", Severity.HIGH, "another"), "")
    (found,) = sent(samples.verification(manifest(), results=[low, high, low]))
    assert found["Severity"]["Label"] == "HIGH"
    assert found["FindingProviderFields"] == {"Severity": found["Severity"], "Types": found["Types"]}
    assert found["Description"] == "one; another"


def test_what_is_known_keeps_its_day_and_what_is_gone_is_archived() -> None:
    then = samples.verification(manifest(), results=[samples.SHUT_OUT, samples.GONE])
    stored = sent(replace(then, moment=EARLIER))
    known = [
        {
            **each,
            "ProductFields": {**each["ProductFields"], "aws/securityhub/ProductName": "Default"},
            "Workflow": {"Status": "NEW"},
            "Region": "eu-west-1",
            "Note": {"Text": "x"},
        }
        for each in stored
    ]
    now = samples.telling()
    since = changes(imported(known, "acme", MOMENT), now)
    (again,) = (each for each in sent(now, since) if each["Id"] == stored[0]["Id"])
    assert (again["CreatedAt"], again["UpdatedAt"]) == ("2026-11-21T04:05:06.000Z", "2026-11-22T04:05:06.000Z")
    (gone,) = archived(known, since, "acme", MOMENT)
    assert gone == {**stored[1], "RecordState": "ARCHIVED", "UpdatedAt": "2026-11-22T04:05:06.000Z"}
    assert not archived(known, changes(imported(known, "acme", MOMENT), then), "acme", MOMENT)


def test_what_nobody_looked_at_is_not_archived() -> None:
    stored = sent(samples.verification(manifest(), results=[samples.HIDDEN]))
    since = changes(imported(stored, "acme", MOMENT), samples.telling())
    assert [each.subject for each in since.unjudged] == [samples.HIDDEN.finding.subject]
    assert not archived(stored, since, "acme", MOMENT)


@pytest.mark.parametrize(
    "changed",
    [
        {"Id": "somebody/else"},
        {"Id": f"{id_prefix('other')}x"},
        {"ProductFields": {}},
        {"ProductFields": None},
        {"Severity": {"Label": "WORST"}},
        {"CreatedAt": "yesterday"},
        {"CreatedAt": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_what_is_not_ours_is_left_alone(changed: Mapping[str, Any]) -> None:
    (stored,) = sent(samples.verification(manifest(), results=[samples.GONE]))
    foreign = {**stored, **changed}
    since = changes(imported([foreign], "acme", MOMENT), samples.clean())
    assert not since.gone
    assert not archived([foreign], since, "acme", MOMENT)


def test_a_subject_that_is_not_legible_or_very_long_is_archived_too() -> None:
    stored = sent(samples.verification(manifest(), results=[samples.STRAY, HUGE]))
    known = [{**each, "CreatedAt": "2026-11-21T04:05:06"} for each in stored]
    assert len(archived(known, changes(imported(known, "acme", MOMENT), samples.clean()), "acme", MOMENT)) == 2
    of = samples.verification(manifest(), results=[HUGE, samples.STRAY])
    again = sent(of, changes(imported(known, "acme", MOMENT), of))
    assert {each["CreatedAt"] for each in again} == {"2026-11-21T04:05:06.000Z"}


def test_a_first_day_to_come_is_today() -> None:
    stored = sent(replace(samples.verification(manifest(), results=[samples.SHUT_OUT]), moment=MOMENT + timedelta(1)))
    of = samples.verification(manifest(), results=[samples.SHUT_OUT])
    assert sent(of, changes(imported(stored, "acme", MOMENT), of))[0]["CreatedAt"] == "2026-11-22T04:05:06.000Z"
