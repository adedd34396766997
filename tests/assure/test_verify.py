"""Verify says exactly what is wrong, once, and never calls clean what it did not see."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from breakglass import naming, resources
from breakglass.assure.controls import ASSESSMENTS, CONTROLS
from breakglass.assure.evidence import Evidence
from breakglass.assure.verify import judge, verify
from breakglass.documents import Json
from breakglass.errors import CredentialsError, DeniedError
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.estate.surveys import scopes
from breakglass.facts import Credential, CredentialType, Enrolment, ForeignUser, IdleVersion, Reading, Survey, Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.report.verification.outcomes import Outcome, tally
from breakglass.resources import Key, Resource, Scope
from tests.conftest import manifest
from tests.memory import MemoryEstate
from tests.memory_stacks import stacked
from tests.verified import MOMENT, OF_STATE, chosen, found

SECURITY = Scope("111111111111")
PROD = Scope("222222222222")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
TEAM = Key(SECURITY, resources.GROUP, "break-glass-incident")
RANSOMWARE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
BOUNDARY = Key(SECURITY, resources.MANAGED_POLICY, naming.BOUNDARY)
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture
def estate(acme: Manifest) -> MemoryEstate:
    return MemoryEstate(dict(desired(acme)))


def told(estate: MemoryEstate, acme: Manifest) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in found(estate, acme, OF_STATE)]


def alter(estate: MemoryEstate, key: Key, **properties: object) -> None:
    old = estate.resources[key]
    estate.resources[key] = Resource(old.type, old.scope, {**old.properties, **properties})  # type: ignore[dict-item]


def test_what_is_as_it_should_be_gives_no_finding(estate: MemoryEstate, acme: Manifest) -> None:
    assert told(estate, acme) == []


Deed = Callable[[MemoryEstate], None]


def attach_a_policy(estate: MemoryEstate) -> None:
    alter(estate, ANA, ManagedPolicyArns=[ADMIN])


def write_an_inline_policy(estate: MemoryEstate) -> None:
    document = {"Version": "2012-10-17", "Statement": []}
    alter(estate, ANA, Policies=[resources.inline_policy("mine", document)])


def swap_the_boundary(estate: MemoryEstate) -> None:
    alter(estate, ANA, PermissionsBoundary=ADMIN)


def drop_the_boundary(estate: MemoryEstate) -> None:
    alter(estate, ANA, PermissionsBoundary=None)


def move_the_user(estate: MemoryEstate) -> None:
    alter(estate, ANA, Path="/")


def join_another_team(estate: MemoryEstate) -> None:
    alter(estate, ANA, Groups=["break-glass-incident", "break-glass-organization", "break-glass-payments"])


def delete_a_role(estate: MemoryEstate) -> None:
    del estate.resources[RANSOMWARE]


def lengthen_sessions(estate: MemoryEstate) -> None:
    alter(estate, RANSOMWARE, MaxSessionDuration=43200)


def open_the_trust(estate: MemoryEstate) -> None:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    alter(estate, RANSOMWARE, AssumeRolePolicyDocument=trust)


def close_the_trust(estate: MemoryEstate) -> None:
    alter(estate, RANSOMWARE, AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": []})


def remove_the_guardrails(estate: MemoryEstate) -> None:
    for key in [key for key in estate.resources if key.type == resources.SERVICE_CONTROL_POLICY]:
        del estate.resources[key]


def add_to_the_team(estate: MemoryEstate) -> None:
    alter(estate, TEAM, ManagedPolicyArns=[ADMIN])


def untag_the_user(estate: MemoryEstate) -> None:
    alter(estate, ANA, Tags=[])


def plant_a_user(estate: MemoryEstate) -> None:
    boundary = naming.iam_arn("aws", SECURITY.account, f"policy{naming.PATH}{naming.BOUNDARY}")
    properties = {"UserName": "eve-break-glass", "Path": naming.PATH, "PermissionsBoundary": boundary}
    planted = Resource(resources.USER, SECURITY, properties)
    estate.resources[planted.key] = planted


ROLE_ARN = "arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE"
GROUP_ARN = "arn:aws:iam::111111111111:group/break-glass/break-glass-incident"
USER_ARN = "arn:aws:iam::111111111111:user/break-glass/"


@pytest.mark.parametrize(
    ("deed", "code", "subject"),
    [
        (attach_a_policy, "USER_POLICY", "ana-break-glass"),
        (write_an_inline_policy, "USER_POLICY", "ana-break-glass"),
        (swap_the_boundary, "BOUNDARY", "ana-break-glass"),
        (drop_the_boundary, "BOUNDARY", "ana-break-glass"),
        (join_another_team, "DRIFT", "ana-break-glass"),
        (delete_a_role, "DRIFT", ROLE_ARN),
        (lengthen_sessions, "DRIFT", ROLE_ARN),
        (open_the_trust, "DRIFT", ROLE_ARN),
        (add_to_the_team, "DRIFT", GROUP_ARN),
        (plant_a_user, "STRAY", USER_ARN + "eve-break-glass"),
    ],
)
def test_each_deed_is_one_finding(estate: MemoryEstate, acme: Manifest, deed: Deed, code: str, subject: str) -> None:
    deed(estate)
    assert told(estate, acme) == [(code, subject)]


@pytest.mark.parametrize(
    "deed",
    [attach_a_policy, swap_the_boundary, delete_a_role, open_the_trust, close_the_trust, remove_the_guardrails],
)
def test_with_stacksets_no_advice_is_to_apply(acme: Manifest, deed: Deed) -> None:
    of = stacked(acme)
    estate = MemoryEstate(dict(desired(of)))
    deed(estate)
    findings = found(estate, of)
    advice = [each.advice for each in findings]
    assert any("deploy" in each for each in advice), advice
    assert not any("apply" in each for each in advice), advice


def test_a_user_the_trust_does_not_mean_any_more_is_told_with_what_it_cannot_do(
    estate: MemoryEstate, acme: Manifest
) -> None:
    move_the_user(estate)
    assert told(estate, acme) == [
        ("DRIFT", "ana-break-glass"),
        ("FEW_WAYS_IN", "999999999999"),
        ("MISSING_ACCESS", "ana-break-glass"),
    ]


def test_a_user_without_its_tag_is_no_way_in_any_more(estate: MemoryEstate, acme: Manifest) -> None:
    untag_the_user(estate)
    assert told(estate, acme) == [("STRAY", USER_ARN + "ana-break-glass"), ("FEW_WAYS_IN", "999999999999")]


def test_a_stray_user_is_told_with_its_teams_and_apply_promises_nothing_for_it(
    estate: MemoryEstate, acme: Manifest
) -> None:
    plant_a_user(estate)
    eve = Key(SECURITY, resources.USER, "eve-break-glass")
    alter(estate, eve, Groups=["break-glass-incident"], PermissionsBoundary=None, ManagedPolicyArns=[ADMIN])
    findings = {finding.code: finding for finding in found(estate, acme, OF_STATE)}
    assert set(findings) == {"STRAY", "BOUNDARY", "USER_POLICY"}
    assert "break-glass-incident" in findings["STRAY"].detail
    assert all("apply will not touch it" in findings[code].advice for code in ("BOUNDARY", "USER_POLICY"))


@pytest.mark.parametrize("deed", [open_the_trust, add_to_the_team, join_another_team, plant_a_user, drop_the_boundary])
def test_what_opens_a_door_is_critical(estate: MemoryEstate, acme: Manifest, deed: Deed) -> None:
    deed(estate)
    assert {finding.severity for finding in found(estate, acme, OF_STATE)} == {Severity.CRITICAL}


@pytest.mark.parametrize(
    ("type_", "code"),
    [
        ("access key", "ACCESS_KEY"),
        ("service-specific credential", "SERVICE_SPECIFIC_CREDENTIAL"),
        ("SSH public key", "SSH_PUBLIC_KEY"),
        ("signing certificate", "SIGNING_CERTIFICATE"),
    ],
)
@pytest.mark.parametrize("active", [True, False])
def test_every_long_lived_credential_is_found(
    estate: MemoryEstate, acme: Manifest, type_: CredentialType, code: str, active: bool
) -> None:
    estate.facts = (Credential(SECURITY, ANA.name, type_, "AKIA000", active),)
    (finding,) = found(estate, acme, OF_STATE)
    assert (finding.code, finding.subject) == (code, ANA.name)
    assert finding.severity == (Severity.CRITICAL if active else Severity.HIGH)
    assert "AKIA000" in finding.advice
    assert ANA.name in finding.advice


def test_what_one_user_has_twice_is_one_finding_that_names_both(estate: MemoryEstate, acme: Manifest) -> None:
    keys = [Credential(SECURITY, ANA.name, "access key", each, each == "AKIA1") for each in ("AKIA0", "AKIA1")]
    estate.facts = (*keys, ForeignUser(SECURITY, "mallory", ("break-glass-incident", "break-glass-payments")))
    alter(estate, ANA, ManagedPolicyArns=[ADMIN, f"{ADMIN}2"])
    findings = {finding.code: finding for finding in found(estate, acme, OF_STATE)}
    assert sorted(findings) == ["ACCESS_KEY", "FOREIGN_USERS", "STRANGER_IN_TEAM", "USER_POLICY"]
    assert len(found(estate, acme, OF_STATE)) == len(findings)
    assert findings["ACCESS_KEY"].severity is Severity.CRITICAL
    assert all(f"--access-key-id {each.identifier}" in findings["ACCESS_KEY"].advice for each in keys)
    assert "break-glass-incident, break-glass-payments" in findings["STRANGER_IN_TEAM"].detail
    assert f"{ADMIN} is attached to the user; {ADMIN}2 is" in findings["USER_POLICY"].detail


def test_a_stranger_in_a_team_is_found(estate: MemoryEstate, acme: Manifest) -> None:
    estate.facts = (ForeignUser(SECURITY, "mallory", ("break-glass-incident", "admins")),)
    assert told(estate, acme) == [("STRANGER_IN_TEAM", "mallory"), ("FOREIGN_USERS", SECURITY.account)]


ANYTHING: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def idle(estate: MemoryEstate, version: str, document: Json) -> IdleVersion:
    policy = estate.resources[BOUNDARY]
    return IdleVersion(Resource(policy.type, policy.scope, {**policy.properties, "PolicyDocument": document}), version)


def test_a_version_that_waits_and_would_allow_more_is_found_with_the_command_that_deletes_it(
    estate: MemoryEstate, acme: Manifest
) -> None:
    estate.facts = (idle(estate, "v2", ANYTHING), idle(estate, "v3", ANYTHING))
    (finding,) = found(estate, acme, OF_STATE)
    arn = estate.resources[BOUNDARY].arn
    assert (finding.code, finding.severity, finding.subject) == ("POLICY_VERSION", Severity.HIGH, arn)
    for version in ("v2", "v3"):
        assert f"delete-policy-version --policy-arn {arn} --version-id {version}" in finding.advice
    assert finding.detail.startswith("versions v2, v3 of the policy allow ")
    estate.facts = estate.facts[:1]
    assert found(estate, acme, OF_STATE)[0].detail.startswith("version v2 of the policy allows ")


def test_a_version_that_allows_no_more_than_is_meant_is_no_finding(estate: MemoryEstate, acme: Manifest) -> None:
    meant = estate.resources[BOUNDARY].properties["PolicyDocument"]
    narrower: Json = {"Version": "2012-10-17", "Statement": []}
    extra = Key(SECURITY, resources.MANAGED_POLICY, "old")
    estate.resources[extra] = Resource(extra.type, SECURITY, {"ManagedPolicyName": "old", "Path": naming.PATH})
    leftover = IdleVersion(estate.resources[extra], "v1")
    estate.facts = (idle(estate, "v2", meant), leftover)
    assert [code for code, _ in told(estate, acme)] == ["DRIFT"]
    alter(estate, BOUNDARY, PolicyDocument=narrower)
    assert {code for code, _ in told(estate, acme)} == {"DRIFT", "FEW_WAYS_IN", "MISSING_ACCESS"}


TAG = "--tags Key=break-glass:manifest,Value=acme"
GUARDRAIL = Key(Scope("999999999999"), resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)


@pytest.mark.parametrize(
    ("key", "properties", "command"),
    [
        (ANA, {"Tags": []}, f"aws iam tag-user --user-name ana-break-glass {TAG}"),
        (RANSOMWARE, {"Tags": []}, f"aws iam tag-role --role-name BREAK-GLASS-RANSOMWARE {TAG}"),
        (GUARDRAIL, {"Tags": []}, f"aws organizations tag-resource --resource-id ID {TAG}"),
        (TEAM, {"Path": "/x/"}, "aws iam update-group --group-name break-glass-incident --new-path /break-glass/"),
        (RANSOMWARE, {"RoleName": "x"}, "aws iam untag-role --role-name x --tag-keys break-glass:manifest"),
        (BOUNDARY, {"Path": "/x/"}, "delete it"),
    ],
)
def test_a_stray_comes_with_the_command_that_settles_it_and_deleting_last(
    estate: MemoryEstate, acme: Manifest, key: Key, properties: dict[str, Json], command: str
) -> None:
    alter(estate, key, **properties)
    (stray,) = [finding for finding in found(estate, acme, OF_STATE) if finding.code == "STRAY"]
    assert command in stray.advice
    assert stray.advice.startswith("find out in CloudTrail who made it; ")
    assert stray.advice.endswith("delete it")


def test_what_a_list_lacks_is_told_beside_what_it_has(estate: MemoryEstate, acme: Manifest) -> None:
    alter(estate, ANA, Groups=["break-glass-incident"])
    (finding,) = [each for each in found(estate, acme, OF_STATE) if each.code == "DRIFT"]
    assert finding.detail == "user ana-break-glass: Groups lacks break-glass-organization"


def test_too_few_people_are_told_although_everything_is_as_the_manifest_says() -> None:
    small = manifest(responders=[{"id": "ana", "name": "Ana", "email": "a@acme.example", "teams": ["organization"]}])
    findings = found(MemoryEstate(dict(desired(small))), small)
    grades = {finding.subject: finding.severity for finding in findings}
    assert {finding.code for finding in findings} == {"FEW_WAYS_IN"}
    assert (grades["999999999999"], grades["222222222222"]) == (Severity.HIGH, Severity.CRITICAL)


def test_before_anything_is_made_one_finding_says_so_and_strays_are_told_as_ever(
    estate: MemoryEstate, acme: Manifest
) -> None:
    trust = estate.resources[RANSOMWARE].properties["AssumeRolePolicyDocument"]
    estate.resources.clear()
    (nothing,) = found(estate, acme)
    assert (nothing.code, nothing.severity, nothing.subject) == ("NOTHING_APPLIED", Severity.CRITICAL, "acme")
    seen = verify(estate, acme, MOMENT)
    assert Outcome.MET not in tally(seen)
    properties: dict[str, Json] = {"RoleName": "BREAK-GLASS-MINE", "AssumeRolePolicyDocument": trust}
    stray = Resource(resources.ROLE, RANSOMWARE.scope, properties)
    estate.resources[stray.key] = stray
    assert "STRAY" in {code for code, _ in told(estate, acme)}
    assert not {"ALERT_BROKEN", "DRIFT", "NAMESPACE_OPEN"} & {code for code, _ in told(estate, acme)}


@pytest.mark.parametrize("only", ["probe", "roles", "guardrails", "ways-in", "alert-links"])
def test_before_anything_is_made_no_control_alone_gives_a_clean_bill(
    estate: MemoryEstate, acme: Manifest, only: str
) -> None:
    estate.resources.clear()
    (nothing,) = found(estate, acme, chosen(only))
    assert nothing.code == "NOTHING_APPLIED"


def test_what_cannot_be_read_was_perhaps_made(estate: MemoryEstate, acme: Manifest) -> None:
    estate.resources.clear()
    estate.fault = lambda _verb, what: DeniedError("no") if getattr(what, "scope", None) == SECURITY else None
    assert "NOTHING_APPLIED" not in {each.code for each in found(estate, acme)}


def test_of_what_is_missing_nobody_says_that_somebody_changed_it(estate: MemoryEstate, acme: Manifest) -> None:
    del estate.resources[ANA]
    alter(estate, RANSOMWARE, Description="Other.")
    missing, changed = (each.advice for each in found(estate, acme, OF_STATE) if each.code == "DRIFT")
    assert "if it was there before, find out in CloudTrail who deleted it" in missing
    assert changed.endswith("; find out in CloudTrail who changed it")


def test_a_user_who_is_missing_may_have_left(estate: MemoryEstate, acme: Manifest) -> None:
    del estate.resources[ANA]
    (finding,) = [each for each in found(estate, acme, OF_STATE) if each.code == "DRIFT"]
    assert finding.advice.endswith("after `offboard`, take the person out of `responders` instead")


def test_a_user_of_ours_who_is_not_in_the_manifest_is_critical(estate: MemoryEstate, acme: Manifest) -> None:
    plant_a_user(estate)
    alter(estate, Key(SECURITY, resources.USER, "eve-break-glass"), Tags=estate.resources[ANA].properties["Tags"])
    estate.facts = (Enrolment(SECURITY, "eve-break-glass"),)
    (finding,) = found(estate, acme, OF_STATE)
    assert (finding.code, finding.severity) == ("DRIFT", Severity.CRITICAL)


def test_a_description_opens_no_door(estate: MemoryEstate, acme: Manifest) -> None:
    alter(estate, RANSOMWARE, Description="Nothing to see.")
    (finding,) = found(estate, acme, OF_STATE)
    assert (finding.code, finding.severity) == ("DRIFT", Severity.LOW)


def test_what_bears_our_tag_and_none_of_our_names_is_called_so(estate: MemoryEstate, acme: Manifest) -> None:
    role = estate.resources[RANSOMWARE]
    helper = Resource(role.type, role.scope, {**role.properties, "RoleName": "helper"})
    estate.resources[helper.key] = helper
    (finding,) = found(estate, acme, OF_STATE)
    assert finding.code == "STRAY"
    assert "our tag" in finding.detail
    assert "namespace" not in finding.detail


def test_what_could_not_be_read_is_not_proved(estate: MemoryEstate, acme: Manifest) -> None:
    denied = DeniedError("no", advice="ask")
    estate.fault = lambda _verb, what: denied if isinstance(what, Survey) and what.scope == PROD else None
    assert told(estate, acme) == [("NOT_PROVED", PROD.account)]


def test_credentials_that_could_not_be_listed_are_not_proved_and_hide_nothing_else(acme: Manifest) -> None:
    class Partial(MemoryEstate):
        def read(self, survey: Survey) -> Reading:
            unread = (Unread(survey.scope, "the access keys of ana-break-glass", DeniedError("no")),)
            return replace(super().read(survey), unread=unread if survey.credentials else ())

    estate = Partial(dict(desired(acme)))
    swap_the_boundary(estate)
    assert told(estate, acme) == [("BOUNDARY", "ana-break-glass"), ("NOT_PROVED", SECURITY.account)]


def test_without_credentials_of_our_own_there_is_nothing_to_judge(estate: MemoryEstate, acme: Manifest) -> None:
    estate.fault = lambda _verb, _what: CredentialsError("expired")
    unseen = [("NAMESPACE_OPEN", naming.NAMESPACE_GUARDRAIL), ("NAMESPACE_OPEN", naming.ROLES_GUARDRAIL)]
    assert told(estate, acme) == [*unseen, *(("NOT_PROVED", place) for place in sorted(map(str, scopes(acme))))]


def test_a_role_without_its_tag_still_shows_what_was_done_to_it(estate: MemoryEstate, acme: Manifest) -> None:
    open_the_trust(estate)
    alter(estate, RANSOMWARE, Tags=[])
    (finding,) = found(estate, acme, OF_STATE)
    assert (finding.code, finding.severity) == ("STRAY", Severity.CRITICAL)
    assert "AssumeRolePolicyDocument" in finding.detail


def test_a_group_moved_out_of_the_path_hides_no_stranger(estate: MemoryEstate, acme: Manifest) -> None:
    moved = estate.resources.pop(TEAM)
    estate.resources[TEAM] = Resource(moved.type, moved.scope, {**moved.properties, "Path": "/x/"})
    estate.facts = (ForeignUser(SECURITY, "mallory", ("break-glass-incident",)),)
    assert {"STRANGER_IN_TEAM", "STRAY"} <= {code for code, _ in told(estate, acme)}


def test_no_controls_run_is_a_failure(acme: Manifest) -> None:
    (result,) = judge(Evidence(Observation({}, {}), Plan({}, ()), acme, MOMENT), ())
    assert result.finding.code == "NOT_PROVED"


def test_the_gravest_finding_comes_first(acme: Manifest) -> None:
    def check(_evidence: Evidence) -> list[Finding]:
        return [Finding(str(grade), grade, "x", "x", "x") for grade in (Severity.LOW, Severity.CRITICAL)]

    evidence = Evidence(Observation(desired(acme), {}), Plan({}, ()), acme, MOMENT)
    results = judge(evidence, [replace(ASSESSMENTS[0], check=check)])
    assert [result.finding.severity for result in results] == [Severity.CRITICAL, Severity.LOW]


def test_every_control_says_what_it_is_for() -> None:
    assert len({control.id for control in CONTROLS}) == len(CONTROLS)
    assert all(control.title and control.sources for control in CONTROLS)


def test_a_planted_user_is_told_although_another_part_could_not_be_read(acme: Manifest) -> None:
    class Partial(MemoryEstate):
        def read(self, survey: Survey) -> Reading:
            unread = (Unread(survey.scope, "the rules", DeniedError("no"), frozenset({resources.PASSWORD_POLICY})),)
            return replace(super().read(survey), unread=unread if survey.credentials else ())

    estate = Partial(dict(desired(acme)))
    (ana,) = [each for key, each in desired(acme).items() if key.name == "ana-break-glass"]
    mallory = Resource(ana.type, ana.scope, {**ana.properties, "UserName": "mallory-break-glass"})
    estate.resources[mallory.key] = mallory
    assert ("DRIFT", "mallory-break-glass") in told(estate, acme)
