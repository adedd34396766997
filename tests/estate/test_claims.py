"""What is claimed is proved of the example, and each mistake is refuted with a request that the engine confirms."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from breakglass import data, naming, resources
from breakglass.documents import Json
from breakglass.errors import DeniedError
from breakglass.estate.claims.proofs import CLAIMS, Proof, proofs
from breakglass.estate.desired import desired
from breakglass.facts import Unread
from breakglass.iam.prove import Status
from breakglass.iam.scenarios import decide
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope, State, inline_policy, items
from tests.memory_stacks import stacked

MANAGEMENT, SECURITY, PROD, AUDIT = map(Scope, ("999999999999", "111111111111", "222222222222", "333333333333"))
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
RIGHTS = Key(PROD, resources.MANAGED_POLICY, "BREAK-GLASS-LOST-ACCESS")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
TEAM = Key(SECURITY, resources.MANAGED_POLICY, "break-glass-payments-1")
BOUNDARY = Key(SECURITY, resources.MANAGED_POLICY, naming.BOUNDARY)
NAMESPACE = Key(MANAGEMENT, resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)
ROLES = Key(MANAGEMENT, resources.SERVICE_CONTROL_POLICY, naming.ROLES_GUARDRAIL)
VERIFIER = Key(PROD, resources.MANAGED_POLICY, naming.VERIFIER)
VERIFICATION = Key(AUDIT, resources.MANAGED_POLICY, naming.VERIFICATION)


Statement = dict[str, Json]
Edit = Callable[[list[Statement]], object]


def plain(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def edited(state: State, key: Key, name: str, edit: Edit) -> State:
    """Return the state with one document's statements edited."""
    document = plain(state[key].properties[name])
    assert isinstance(document, dict)
    statements = [each for each in items(document["Statement"]) if isinstance(each, dict)]
    edit(statements)
    changed = Resource(key.type, key.scope, {**state[key].properties, name: {**document, "Statement": statements}})
    return {**state, key: changed}


def condition(statement: Statement) -> dict[str, Json]:
    found = statement["Condition"]
    assert isinstance(found, dict)
    return found


def named(statements: list[Statement], sid: str) -> Statement:
    return next(each for each in statements if each["Sid"] == sid)


def widened(sid: str, resource: str) -> Edit:
    return lambda each: named(each, sid).__setitem__("Resource", resource)


def if_exists(statements: list[Statement]) -> None:
    condition(statements[0])["BoolIfExists"] = condition(statements[0]).pop("Bool")


def plain_deny(statements: list[Statement]) -> None:
    del condition(statements[0])["Bool"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    statements.append({**deny, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}})


def without(operator: str) -> Edit:
    return lambda statements: condition(statements[0]).pop(operator)


def also(*more: Statement) -> Edit:
    return lambda statements: statements.extend(more)


def everybody(statements: list[Statement]) -> None:
    for each in statements:
        each["Principal"] = {"AWS": "*"}


def second_root(statements: list[Statement]) -> None:
    statements[0]["Principal"] = {"AWS": [f"arn:aws:iam::{each}:root" for each in ("111111111111", "444444444444")]}


def audited(statements: list[Statement]) -> None:
    statements.append({**plain_entry(), "Principal": {"AWS": f"arn:aws:iam::{AUDIT.account}:root"}})


def to_probes(statements: list[Statement]) -> None:
    named: Json = {"StringLike": {"sts:RoleSessionName": "probe-*"}}
    statements.append({**plain_entry(), "Principal": {"AWS": "*"}, "Condition": named})


def plain_entry() -> Statement:
    return {"Sid": "More", "Effect": "Allow", "Action": "sts:AssumeRole"}


def under_any_name(statements: list[Statement]) -> None:
    (asking,) = [each for each in statements if each["Sid"] == "Probe"]
    del condition(asking)["StringLike"]


def more_tags(statements: list[Statement]) -> None:
    condition(statements[1])["ForAllValues:StringEquals"] = {"aws:TagKeys": ["break-glass-reason", "project"]}


def only_allows(statements: list[Statement]) -> None:
    statements[:] = [each for each in statements if each["Effect"] == "Allow"]


def drop(sid: str) -> Edit:
    def edit(statements: list[Statement]) -> None:
        statements[:] = [each for each in statements if each["Sid"] != sid]

    return edit


def exempt(statements: list[Statement]) -> None:
    for operator in condition(statements[0]):
        condition(statements[0])[operator] = {
            "aws:PrincipalArn": ["arn:aws:iam::*:role/OrganizationAccountAccessRole", "arn:aws:iam::*:role/Another"]
        }


def allows(*actions: str) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


def elsewhere(*actions: str) -> Statement:
    return {**allows(*actions), "Resource": "arn:aws:sns:eu-west-1:444444444444:*"}


TRUST = (ROLE, "AssumeRolePolicyDocument")
MISTAKES: dict[str, tuple[Key, str, Edit, str]] = {
    "Bool became BoolIfExists": (*TRUST, if_exists, "mfa-always"),
    "a Deny with plain Bool in the place of the condition": (*TRUST, plain_deny, "mfa-always"),
    "the MFA condition dropped": (*TRUST, without("Bool"), "mfa-always"),
    "AWS: *": (*TRUST, everybody, "one-account"),
    "a second account's root": (*TRUST, second_root, "one-account"),
    "the namespace dropped": (*TRUST, without("ArnLike"), "only-namespace"),
    "the session's name dropped": (*TRUST, without("StringEquals"), "own-name"),
    "another tag let through": (*TRUST, more_tags, "harmless-tags"),
    "a team with sts:*": (TEAM, "PolicyDocument", also(allows("sts:*")), "no-other-roles"),
    "a team with s3:GetObject": (TEAM, "PolicyDocument", also(allows("s3:GetObject")), "own-policies"),
    "a team with a right in another account": (
        TEAM,
        "PolicyDocument",
        also(elsewhere("sns:Publish")),
        "own-policies",
    ),
    "a verifier that writes in another account": (
        VERIFIER,
        "PolicyDocument",
        also(elsewhere("sns:Publish")),
        "verifier-reads",
    ),
    "a playbook that passes roles": (
        RIGHTS,
        "PolicyDocument",
        also(allows("iam:PassRole", "lambda:CreateFunction")),
        "no-new-rights",
    ),
    "a playbook that starts a runbook of the account's own": (
        RIGHTS,
        "PolicyDocument",
        also({**allows("ssm:StartAutomationExecution"), "Resource": "arn:aws:ssm:*:222222222222:document/*"}),
        "no-new-rights",
    ),
    "a playbook that gives a host a role": (
        RIGHTS,
        "PolicyDocument",
        also(allows("ec2:AssociateIamInstanceProfile")),
        "no-new-rights",
    ),
    "a team that may enter an administrator's role": (
        TEAM,
        "PolicyDocument",
        also({**allows("sts:AssumeRole"), "Resource": "arn:aws:iam::222222222222:role/Admin"}),
        "own-policies",
    ),
    "a boundary that forgets MFA, for the user": (BOUNDARY, "PolicyDocument", drop("NoMfa"), "nothing-else"),
    "a boundary without its Denies": (BOUNDARY, "PolicyDocument", only_allows, "boundary-holds"),
    "a boundary that forgets MFA": (BOUNDARY, "PolicyDocument", drop("NoMfa"), "boundary-holds"),
    "a playbook that writes policies": (RIGHTS, "PolicyDocument", also(allows("iam:PutRolePolicy")), "no-new-rights"),
    "a playbook that may do anything": (
        RIGHTS,
        "PolicyDocument",
        lambda each: each.insert(0, allows("*")),
        "no-new-rights",
    ),
    "a playbook that deletes users": (
        RIGHTS,
        "PolicyDocument",
        lambda each: each.__setitem__(slice(None), [allows("iam:DeleteUser")]),
        "namespace-untouched",
    ),
    "a playbook that deletes alarms": (
        RIGHTS,
        "PolicyDocument",
        lambda each: each.__setitem__(slice(None), [allows("cloudwatch:DeleteAlarms")]),
        "watch-unbroken",
    ),
    "an exemption too many in the security account": (NAMESPACE, "Content", exempt, "namespace-closed"),
    "roles of our name that anybody makes beside the people": (
        NAMESPACE,
        "Content",
        lambda each: each[0].__setitem__(
            "Resource", [one for one in items(each[0]["Resource"]) if naming.ROLE_PREFIX not in str(one)]
        ),
        "namespace-closed",
    ),
    "an exemption too many everywhere": (ROLES, "Content", exempt, "roles-closed"),
    "an exemption by the end of an ARN": (
        ROLES,
        "Content",
        lambda each: condition(each[0]).__setitem__("StringNotLike", {"aws:PrincipalArn": ["*:role/Evil"]}),
        "roles-closed",
    ),
    "a guardrail with a way round for keys": (
        NAMESPACE,
        "Content",
        lambda each: each[-1].__setitem__("Condition", {"Null": {"aws:TokenIssueTime": "true"}}),
        "keyless",
    ),
    "a function that anybody may call": (ROLES, "Content", drop("Call"), "schedule-kept"),
    "a schedule that anybody may change": (ROLES, "Content", drop("Schedule"), "schedule-kept"),
    "starters that anybody makes": (
        ROLES,
        "Content",
        lambda each: each[0].__setitem__(
            "Resource", [one for one in items(each[0]["Resource"]) if naming.SCHEDULE_ROLES not in str(one)]
        ),
        "schedule-kept",
    ),
    "members that may leave": (ROLES, "Content", drop("Member"), "stays-inside"),
    "provisioners that anybody makes": (ROLES, "Content", drop("StackSets"), "provisioners-closed"),
    "foreign groups that take in users": (NAMESPACE, "Content", drop("Sealed"), "teams-closed"),
    "a verifier for everybody": (
        Key(PROD, resources.ROLE, naming.VERIFIER),
        "AssumeRolePolicyDocument",
        everybody,
        "verifier-trusts",
    ),
    "a verification for everybody": (
        Key(AUDIT, resources.ROLE, naming.VERIFICATION),
        "AssumeRolePolicyDocument",
        everybody,
        "verification-trusts",
    ),
    "a verification for every function of the account": (
        Key(AUDIT, resources.ROLE, naming.VERIFICATION),
        "AssumeRolePolicyDocument",
        lambda each: each[0].pop("Condition"),
        "verification-trusts",
    ),
    "a trust opened to the audit account": (*TRUST, audited, "probe-denied"),
    "a trust opened to the audit account, of what verification can do": (*TRUST, audited, "verification-verifies"),
    "a trust opened to probes": (*TRUST, to_probes, "probe-denied"),
    "a verification that reads its evidence": (
        VERIFICATION,
        "PolicyDocument",
        also(allows("s3:GetObject")),
        "verification-verifies",
    ),
    "a verification that opens its bucket": (
        VERIFICATION,
        "PolicyDocument",
        also(allows("s3:PutBucketPolicy")),
        "verification-verifies",
    ),
    "a verification that puts into any bucket": (
        VERIFICATION,
        "PolicyDocument",
        widened("Evidence", "*"),
        "verification-verifies",
    ),
    "a verification that puts the evidence of another manifest": (
        VERIFICATION,
        "PolicyDocument",
        widened("Evidence", "arn:aws:s3:::break-glass-evidence-333333333333-*/verification/*"),
        "verification-verifies",
    ),
    "a verification that uses keys by itself": (
        VERIFICATION,
        "PolicyDocument",
        lambda each: named(each, "EvidenceKey").pop("Condition"),
        "verification-verifies",
    ),
    "a verification that counts what the net counts": (
        VERIFICATION,
        "PolicyDocument",
        lambda each: named(each, "Metrics").pop("Condition"),
        "verification-verifies",
    ),
    "a verification that says how grave a finding is": (
        VERIFICATION,
        "PolicyDocument",
        lambda each: named(each, "Workflow").pop("Condition"),
        "verification-verifies",
    ),
    "a verification that becomes any role": (
        VERIFICATION,
        "PolicyDocument",
        widened("Verify", "arn:aws:iam::*:role/*"),
        "verification-verifies",
    ),
    "a verification that asks under any name": (
        VERIFICATION,
        "PolicyDocument",
        under_any_name,
        "verification-verifies",
    ),
    "keys for users": (NAMESPACE, "Content", drop("Keyless"), "keyless"),
    "users without the boundary": (NAMESPACE, "Content", drop("Bounded"), "bounded"),
    "a verifier that reads data": (VERIFIER, "PolicyDocument", also(allows("s3:GetObject")), "verifier-reads"),
}


def refuted(found: list[Proof]) -> list[Proof]:
    return [each for each in found if each.verdict.status is Status.REFUTED]


def test_every_claim_is_proved_of_the_example(acme: Manifest) -> None:
    found = list(proofs(acme, desired(acme)))
    assert {each.claim.id for each in found} == {each.id for each in CLAIMS if not each.playbook}
    assert [(each.claim.id, each.verdict.why) for each in found if each.verdict.status is not Status.PROVED] == []


def test_no_shipped_playbook_raises_rights_changes_emergency_access_or_silences_the_watch(acme: Manifest) -> None:
    asked = [each for each in CLAIMS if each.id in ("no-new-rights", "namespace-untouched", "watch-unbroken")]
    names = tuple(each for each in data.playbook_names() if each != naming.GRANT_ACCESS)
    every = replace(acme, playbooks=names)
    found = list(proofs(every, desired(every), claims=asked))
    assert {naming.role_name(each) for each in names} <= {each.subject.rpartition("/")[2] for each in found}
    assert [(each.subject, each.verdict.why) for each in found if each.verdict.status is not Status.PROVED] == []


def test_every_claim_about_the_guardrails_is_proved_where_stack_sets_deliver(acme: Manifest) -> None:
    closed = [each for each in CLAIMS if each.id in ("namespace-closed", "roles-closed", "provisioners-closed")]
    delivered = stacked(acme)
    found = list(proofs(delivered, desired(delivered), claims=closed))
    assert {each.claim.id for each in found} == {each.id for each in closed}
    assert [(each.claim.id, each.verdict.why) for each in found if each.verdict.status is not Status.PROVED] == []


@pytest.mark.parametrize(("key", "name", "edit", "claim"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refuted_by_a_request_that_is_allowed(
    acme: Manifest, key: Key, name: str, edit: Edit, claim: str
) -> None:
    asked = [each for each in CLAIMS if each.id == claim]
    found = refuted(list(proofs(acme, edited(desired(acme), key, name, edit), claims=asked)))
    assert found
    for each in found:
        assert each.verdict.counterexample is not None
        assert decide(each.verdict.counterexample).decision == "allowed"


def test_a_door_that_probes_cannot_ask_at_is_shut_for_them(acme: Manifest) -> None:
    """Both sides must allow it: a trust that is open to whoever has another name lets no probe in."""
    asked = [each for each in CLAIMS if each.id in ("probe-denied", "verification-verifies")]
    named: Json = {"StringLike": {"sts:RoleSessionName": "other-*"}}
    other: Statement = {**plain_entry(), "Principal": {"AWS": f"arn:aws:iam::{AUDIT.account}:root"}, "Condition": named}
    assert refuted(list(proofs(acme, edited(desired(acme), *TRUST, also(other)), claims=asked))) == []


def test_without_a_verification_role_nothing_is_proved_of_it(acme: Manifest) -> None:
    asked = [each for each in CLAIMS if each.id in ("probe-denied", "verification-verifies")]
    state = {key: each for key, each in desired(acme).items() if key.name != naming.VERIFICATION}
    assert {each.verdict.status for each in proofs(acme, state, claims=asked)} == {Status.NOT_PROVED}


def test_a_policy_of_a_users_own_is_refuted(acme: Manifest) -> None:
    state = desired(acme)
    own = inline_policy("own", {"Version": "2012-10-17", "Statement": [allows("iam:CreateAccessKey")]})
    state = {**state, ANA: Resource(ANA.type, ANA.scope, {**state[ANA].properties, "Policies": [own]})}
    assert {(each.claim.id, each.subject) for each in refuted(list(proofs(acme, state)))} == {
        ("own-policies", ANA.name)
    }


def test_a_user_that_lost_its_team_does_not_get_in(acme: Manifest) -> None:
    state = desired(acme)
    state = {**state, ANA: Resource(ANA.type, ANA.scope, {**state[ANA].properties, "Groups": []})}
    (found,) = refuted(list(proofs(acme, state)))
    assert (found.claim.id, found.subject) == ("intended-roles", ANA.name)
    assert found.verdict.counterexample is not None
    assert decide(found.verdict.counterexample).decision == "implicit_deny"


def test_a_denial_in_the_team_keeps_people_out_of_their_roles(acme: Manifest) -> None:
    """The counterexample is a whole request: without the denial it is allowed."""
    denied: Statement = {"Sid": "No", "Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}
    state = edited(desired(acme), TEAM, "PolicyDocument", also(denied))
    found = {each.claim.id: each.verdict.counterexample for each in refuted(list(proofs(acme, state)))}
    assert set(found) == {"intended-roles"}
    scenario = found["intended-roles"]
    assert scenario is not None
    assert decide(scenario).decision == "explicit_deny"
    before = [plain(each) for each in items(scenario["identity_policies"])]
    for each in before:
        assert isinstance(each, dict)
        each["Statement"] = [one for one in items(each["Statement"]) if one != plain(denied)]
    assert decide({**scenario, "identity_policies": before}).decision == "allowed"


def test_a_provider_that_is_let_in_is_refuted_by_name(acme: Manifest) -> None:
    provider = "arn:aws:iam::222222222222:saml-provider/okta"
    entry: Statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML"}
    state = edited(desired(acme), *TRUST, also(entry))
    found = {each.claim.id: each.verdict.counterexample for each in refuted(list(proofs(acme, state)))}
    assert {"mfa-always", "only-namespace"} <= set(found)
    assert (found["only-namespace"] or {})["principal"] == provider


def test_a_foreign_user_of_the_namespace_who_gets_in_is_refuted(acme: Manifest) -> None:
    state = desired(acme)
    mallory = Resource(ANA.type, ANA.scope, {**state[ANA].properties, "UserName": "mallory-break-glass", "Tags": []})
    found = refuted(list(proofs(acme, {**state, mallory.key: mallory})))
    assert {(each.claim.id, each.subject) for each in found} == {("no-other-roles", mallory.name)}


def test_a_policy_that_was_not_read_proves_nothing(acme: Manifest) -> None:
    state = {key: each for key, each in desired(acme).items() if key != TEAM}
    found = {each.claim.id: each.verdict for each in proofs(acme, state) if each.subject == "emeka-break-glass"}
    assert found["nothing-else"].status is Status.PROVED  # the boundary holds whatever the policy says
    assert found["own-policies"].status is Status.NOT_PROVED
    assert "not read" in found["own-policies"].why


def test_guardrails_that_were_not_read_prove_nothing(acme: Manifest) -> None:
    state = {key: each for key, each in desired(acme).items() if key.type != resources.SERVICE_CONTROL_POLICY}
    unread = Unread(MANAGEMENT, "them", DeniedError("no"), frozenset({resources.SERVICE_CONTROL_POLICY}))
    found = list(proofs(acme, state, [unread]))
    assert not refuted(found)
    doubtful = {each.claim.id for each in found if each.verdict.status is Status.NOT_PROVED}
    assert doubtful == {
        "namespace-closed",
        "roles-closed",
        "teams-closed",
        "provisioners-closed",
        "schedule-kept",
        "stays-inside",
        "keyless",
        "bounded",
        "everything-read",
    }


def test_guardrails_that_are_not_there_hold_nothing(acme: Manifest) -> None:
    state = {key: each for key, each in desired(acme).items() if key.type != resources.SERVICE_CONTROL_POLICY}
    assert {each.claim.id for each in refuted(list(proofs(acme, state)))} == {
        "namespace-closed",
        "roles-closed",
        "keyless",
        "bounded",
        "teams-closed",
        "provisioners-closed",
        "schedule-kept",
        "stays-inside",
    }


def test_with_nothing_to_judge_nothing_is_proved(acme: Manifest) -> None:
    found = list(proofs(acme, {}))
    assert not [each for each in found if each.verdict.status is Status.PROVED]


def test_documents_that_say_the_same_are_judged_once(acme: Manifest) -> None:
    (found,) = [each for each in proofs(acme, desired(acme)) if each.claim.id == "mfa-always"]
    assert found.alike == 12
