"""Whether the resource policy of AWS Sign-In lets people in: decided by the policy engine, from any network.

A console session takes three actions, one before authentication and two after it, each with its own key for who asks.
The keys of networks cannot be told: what hangs on them is conditional access.
https://docs.aws.amazon.com/signin/latest/userguide/console-access-control.html
https://docs.aws.amazon.com/signin/latest/userguide/reference-signin-condition-keys.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from breakglass import naming
from breakglass.assure.evidence import Evidence
from breakglass.documents import Document, Json
from breakglass.estate.claims.case import ANYTHING
from breakglass.estate.wording import counted
from breakglass.findings import Finding, Severity
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import UNKNOWN, Decision, Request, Values
from breakglass.iam.policies import Policies
from breakglass.iam.policy import policy
from breakglass.manifest.model import Manifest
from breakglass.resources import items
from breakglass.surroundings import SignInPolicy

_BEFORE: Final = "signin:Authenticate"
_AFTER: Final = ("signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token")
_SETTLED: Final = {"aws:principalaccount", "aws:principalarn", "aws:resourceaccount", "signin:principalarn"}
"""In lower case, the keys that are known of everybody."""

_NETWORKS: Final[tuple[Mapping[str, Values], ...]] = (
    {"aws:SourceIp": UNKNOWN, "aws:RequestedRegion": UNKNOWN},
    {"aws:SourceVpc": UNKNOWN, "aws:SourceVpce": UNKNOWN, "aws:VpcSourceIp": UNKNOWN, "aws:RequestedRegion": UNKNOWN},
)
"""The internet, and an endpoint of a VPC: a request has the keys of one of them."""

_TOLD: Final = {True: "can sign in from nowhere", False: "can sign in under conditions alone"}


def console_sign_in(evidence: Evidence) -> Iterator[Finding]:
    """Tell every policy that keeps people of ours, or roles, from a console session, or lets them in conditionally."""
    for fact in evidence.observation.facts:
        if isinstance(fact, SignInPolicy):
            yield from _judged(evidence.manifest, fact)


def _judged(manifest: Manifest, fact: SignInPolicy) -> Iterator[Finding]:
    policies = Policies(identity=(policy(ANYTHING),), resource=policy(_everywhere(fact.document)))
    kept: dict[bool, list[str]] = {}
    for principal, key in _principals(manifest, fact.scope.account):
        decisions = {_decided(policies, principal, key, fact.scope.account, network) for network in _NETWORKS}
        if decisions != {Decision.ALLOWED}:
            kept.setdefault(decisions == {Decision.EXPLICIT_DENY}, []).append(key)
    for nowhere, arns in sorted(kept.items(), reverse=True):
        yield _restricted(fact, arns, nowhere=nowhere)


def _everywhere(document: Document) -> Document:
    """Return the policy as if it were about every resource: what a console session is about, AWS does not say."""
    statements = items(document.get("Statement", ()))
    return {**document, "Statement": [{**each, "Resource": "*"} for each in statements if isinstance(each, Mapping)]}


def _principals(manifest: Manifest, account: str) -> Iterator[tuple[str, str]]:
    """Yield who gets a console session in an account, and the ARN that the keys of the policy know them by."""
    partition = manifest.partition
    if account == manifest.security_account:
        for each in manifest.responders:
            arn = naming.iam_arn(partition, account, f"user{naming.PATH}{naming.user_name(each.id)}")
            yield arn, arn
    for playbook in manifest.playbooks_in(account):
        name = naming.role_name(playbook)
        session = f"arn:{partition}:sts::{account}:assumed-role/{name}/x"
        yield session, naming.iam_arn(partition, account, f"role/{name}")


def _decided(policies: Policies, principal: str, key: str, account: str, network: Mapping[str, Values]) -> Decision:
    """Return the worst of what is decided of the three actions."""
    before = Request(principal, _BEFORE, "*", account, {**network, "signin:PrincipalArn": key, "aws:PrincipalArn": ()})
    after = (Request(principal, action, "*", account, network) for action in _AFTER)
    found = {evaluate(each, policies).decision for each in (before, *after)}
    return next(each for each in (Decision.EXPLICIT_DENY, Decision.UNSUPPORTED, Decision.ALLOWED) if each in found)


def _restricted(fact: SignInPolicy, arns: list[str], *, nowhere: bool) -> Finding:
    account = fact.scope.account
    hangs = ", ".join(sorted({each for each in _keys(fact.document) if each.lower() not in _SETTLED}))
    told = f"{_named(arns)} {_TOLD[nowhere]}" + (f" ({hangs})" if hangs and not nowhere else "")
    when = "" if fact.is_in_force else " as soon as console authorization is enabled, which takes one call"
    return Finding(
        "SIGN_IN_RESTRICTED",
        _gravity(fact, nowhere=nowhere and any(":user/" in each for each in arns)),
        account,
        f"by the resource policy of AWS Sign-In {told}{when}",
        f"as the provisioning role of {account} run: aws signin list-resource-permission-statements --region us-east-1,"
        " and aws signin delete-resource-permission-statement --statement-id ID --region us-east-1 for each that is not"
        f" meant. An excluded principal of a statement has no path: users under {naming.PATH} can be excepted by a"
        " resource control policy alone",
    )


def _gravity(fact: SignInPolicy, *, nowhere: bool) -> Severity:
    """A role is entered from a session of a user: whether AWS asks the policy of its account too, it does not say."""
    if not fact.is_in_force:
        return Severity.MEDIUM
    return Severity.CRITICAL if nowhere else Severity.HIGH


def _keys(document: Document) -> Iterator[str]:
    for statement in items(document.get("Statement", ())):
        blocks = statement.get("Condition", {}) if isinstance(statement, Mapping) else {}
        for block in _values(blocks):
            yield from block if isinstance(block, Mapping) else ()


def _values(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, Mapping) else ()


def _named(arns: list[str]) -> str:
    names = [each.rpartition("/")[2] for each in arns]
    return ", ".join(names) if len(names) <= 3 else f"{counted(len(names), 'user or role', 'users and roles')}"
