"""Random well-formed scenarios: AssumeRole, IAM and S3, with every kind of policy.

What is left out on purpose, because the other engine decides it otherwise than AWS documents, is listed in
docs/reference/engine.md with AWS's pages.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from breakglass.documents import Json

HERE, THERE = "111111111111", "222222222222"
USERS = ("user/break-glass/ana-break-glass", "user/break-glass/ben-break-glass", "user/carl")
ROLES = ("BREAK-GLASS-RANSOMWARE", "Ops", "Deploy")
SESSIONS = ("ana-break-glass", "nightly")
BUCKETS = ("acme-logs", "acme-data")
SERVICES = ("lambda.amazonaws.com", "ec2.amazonaws.com")

Object = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Target:
    """A call: its action, its resource, the account that lies in, and whether it may have a policy of its own."""

    action: str
    resource: str
    account: str
    policy: bool


def scenario(seed: int) -> Object:
    """Return the scenario of a seed: always the same."""
    return _Maker(random.Random(seed)).scenario(seed)  # noqa: S311 - a seed is what makes a finding repeatable


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.principal = self._principal()
        self.account = HERE if f":{HERE}:" in self.principal else THERE if ":" in self.principal else ""
        self.target = self._target()
        self.context = self._context()

    def scenario(self, identifier: int) -> Object:
        ours = bool(self.account)
        found: Object = {
            "id": identifier,
            "principal": self.principal,
            "action": self.target.action,
            "resource": self.target.resource,
            "resource_account": self.target.account,
            "context": self.context,
        }
        if ours:
            found["identity_policies"] = [self._document() for _ in range(self.chance.choice((0, 1, 1, 2, 3)))]
        # A role has a trust policy, always; without one the other engine takes the identity side for enough.
        if self.target.policy and (self.target.action == "sts:AssumeRole" or self._happens(0.8)):
            found["resource_policy"] = self._document(principals=True)
        if ours and self._happens(0.3):
            found["permissions_boundary"] = self._document(wide=True)
        # The other engine holds a session policy against a resource policy that names the session, or everyone, in the
        # same account; AWS says that such grants are limited by none:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
        named = json.dumps(found.get("resource_policy"))
        direct = self.account == self.target.account and ('"*"' in named or ":assumed-role/" in named)
        if ":assumed-role/" in self.principal and not direct and self._happens(0.4):
            found["session_policies"] = [self._document(wide=True)]
        if ours and self._happens(0.35):
            found["service_control_policies"] = [self._level() for _ in range(self.chance.choice((1, 2, 3)))]
        if self._happens(0.25):
            found["resource_control_policies"] = [
                [self._guard()] if self._happens(0.7) else [] for _ in range(self.chance.choice((1, 2)))
            ]
        return found

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _principal(self) -> str:
        account = self.chance.choice((HERE, HERE, HERE, THERE))
        kind = self.chance.random()
        if kind < 0.55:
            return f"arn:aws:iam::{account}:{self.chance.choice(USERS)}"
        if kind < 0.95:
            return f"arn:aws:sts::{account}:assumed-role/{self.chance.choice(ROLES)}/{self.chance.choice(SESSIONS)}"
        return self.chance.choice(SERVICES)

    def _target(self) -> Target:
        account = self.chance.choice((HERE, HERE, THERE))
        kind = self.chance.random()
        role = f"arn:aws:iam::{account}:role/{self.chance.choice(ROLES)}"
        if kind < 0.45:
            return Target("sts:AssumeRole", role, account, policy=True)
        if kind < 0.65 and self.account:
            own = self.account
            user = f"arn:aws:iam::{own}:{self.chance.choice(USERS)}"
            action = self.chance.choice(("iam:CreateAccessKey", "iam:GetUser", "iam:DeleteUser", "iam:PutUserPolicy"))
            if self._happens(0.3):
                action, user = self.chance.choice(
                    (("iam:ListRoles", "*"), ("iam:DeleteRole", role.replace(account, own)))
                )
            return Target(action, user, own, policy=False)
        bucket = f"arn:aws:s3:::{self.chance.choice(BUCKETS)}"
        if self._happens(0.3):
            return Target("s3:ListBucket", bucket, account, policy=True)
        key = self.chance.choice(("ana-break-glass/a.txt", "public/b", "x"))
        return Target(self.chance.choice(("s3:GetObject", "s3:PutObject")), f"{bucket}/{key}", account, policy=True)

    def _context(self) -> Object:
        found: Object = {}
        for key, values in _KNOWN:
            if self._happens(0.5):
                found[key] = self.chance.choice(values)
        for key, values in _OF_ACTION.get(self.target.action, ()):
            if self._happens(0.6):
                found[key] = self.chance.choice(values)
        if self._happens(0.2):
            found["aws:CalledVia"] = list(self.chance.sample(_CALLED, self.chance.choice((1, 2))))
        return found

    def _level(self) -> list[Json]:
        full: Object = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        found: list[Json] = [full] if self._happens(0.8) else [self._document(wide=True)]
        return [*found, self._document(deny=True)] if self._happens(0.5) else found

    def _guard(self) -> Object:
        statement: Object = {
            "Sid": "Guard",
            "Effect": "Deny",
            "Principal": "*",
            "Action": self.chance.choice((["sts:*"], ["s3:*"], self.target.action, ["s3:Get*", "sts:AssumeRole"])),
            "Resource": "*",
        }
        return {"Version": "2012-10-17", "Statement": [{**statement, **self._conditions(1)}]}

    def _document(self, *, principals: bool = False, wide: bool = False, deny: bool = False) -> Object:
        count = self.chance.choice((1, 1, 2, 3))
        statements: list[Json] = [
            self._statement(index, principals=principals, wide=wide, deny=deny) for index in range(count)
        ]
        # The other engine fills in variables in version 2008-10-17 too, where they are plain text:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
        old = self._happens(0.05) and "${" not in json.dumps(statements)
        version = "2008-10-17" if old else "2012-10-17"
        return {"Version": version, "Statement": statements[0] if count == 1 and self._happens(0.3) else statements}

    def _statement(self, index: int, *, principals: bool, wide: bool, deny: bool) -> Object:
        denies = deny or self._happens(0.15)
        found: Object = {"Sid": f"S{index}", "Effect": "Deny" if denies else "Allow"}
        trust = principals and self.target.action.startswith("sts:")
        found |= self._element("Action", self._actions(), wide=wide and not denies, may_invert=not trust)
        if not trust:
            found |= self._element("Resource", self._resources(), wide=wide and not denies, may_invert=True)
        if principals:
            found |= self._principals(denies=denies, trust=trust)
        return found | self._conditions(
            self.chance.choice((0, 0, 1, 1, 2)) if not denies else self.chance.choice((0, 1, 1, 2))
        )

    def _element(self, name: str, choices: Sequence[str], *, wide: bool, may_invert: bool) -> Object:
        if may_invert and self._happens(0.1):
            return {f"Not{name}": self._some(choices)}
        if wide and self._happens(0.6) and may_invert:
            return {name: "*"}
        return {name: self._some(choices)}

    def _some(self, choices: Sequence[str]) -> Json:
        count = self.chance.choice((1, 1, 1, 2))
        picked: list[Json] = [self.chance.choice(choices) for _ in range(count)]
        return picked[0] if count == 1 and self._happens(0.5) else picked

    def _actions(self) -> Sequence[str]:
        action = self.target.action
        service, _, name = action.partition(":")
        if service == "sts":
            return (action, action, action, "sts:TagSession", "sts:Assume*", "sts:*")
        return (
            action,
            action,
            action.lower(),
            f"{service}:*",
            f"{service}:{name[:3]}*",
            f"{service}:?{name[1:]}",
            "ec2:*",
        )

    def _resources(self) -> Sequence[str]:
        resource = self.target.resource
        if resource == "*":
            return ("*",)
        head, _, tail = resource.rpartition("/")
        found = [resource, resource, resource, "*"]
        if head:
            found += [f"{head}/*", f"{head}/{tail[:2]}*", f"{head}/?{tail[1:]}", f"{head}/${{aws:username}}"]
        if ":iam:" in resource:
            found += [resource.replace(HERE, "*").replace(THERE, "*"), "arn:aws:iam::*:user/*"]
        else:
            found += [
                "arn:aws:s3:::acme-*",
                "arn:aws:s3:::*/${aws:username}/*",
                "arn:aws:s3:::acme-data/${aws:PrincipalTag/team, 'public'}/*",
            ]
        return found

    def _principals(self, *, denies: bool, trust: bool) -> Object:
        if ":" not in self.principal:
            return {"Principal": {"Service": self._some((self.principal, *SERVICES))}}
        if denies and not trust and self._happens(0.15):
            return {"NotPrincipal": {"AWS": self._chain()}}
        if self._happens(0.15):
            everyone: Json = "*" if self._happens(0.5) else {"AWS": "*"}
            return {"Principal": everyone}
        return {"Principal": {"AWS": self._some(self._names())}}

    def _names(self) -> Sequence[str]:
        found = [self.principal, f"arn:aws:iam::{self.account}:root", self.account, f"arn:aws:iam::{THERE}:root"]
        if ":assumed-role/" in self.principal:
            role = self.principal.split("/")[1]
            found += [f"arn:aws:iam::{self.account}:role/{role}", f"arn:aws:iam::{self.account}:role/Ops"]
        return [*found, f"arn:aws:iam::{HERE}:user/carl"]

    def _chain(self) -> list[Json]:
        """List a principal with its role and its account, as AWS asks; or somebody of another account."""
        root = f"arn:aws:iam::{self.account}:root"
        if self._happens(0.3):
            other = THERE if self.account == HERE else HERE
            return [f"arn:aws:iam::{other}:user/carl", f"arn:aws:iam::{other}:root"]
        if ":assumed-role/" in self.principal:
            return [self.principal, f"arn:aws:iam::{self.account}:role/{self.principal.split('/')[1]}", root]
        return [self.principal, root]

    def _conditions(self, count: int) -> Object:
        found: dict[str, dict[str, Json]] = {}
        for _ in range(count):
            operator, key, value = self.chance.choice(_CONDITIONS)(self)
            found.setdefault(operator, {})[key] = value
        return {"Condition": found} if found else {}


_CALLED = ("cloudformation.amazonaws.com", "athena.amazonaws.com", "dynamodb.amazonaws.com")
_KNOWN: tuple[tuple[str, Sequence[str]], ...] = (
    ("aws:MultiFactorAuthPresent", ("true", "false")),
    ("aws:MultiFactorAuthAge", ("30", "3600")),
    ("aws:SourceIp", ("203.0.113.7", "198.51.100.1", "2001:db8::7")),
    ("aws:CurrentTime", ("2026-03-01T12:00:00Z", "2027-01-01T00:00:00Z")),
    ("aws:SecureTransport", ("true", "false")),
    ("aws:PrincipalOrgID", ("o-acme12345", "o-other00000")),
    ("aws:PrincipalTag/team", ("public", "Blue")),
    ("aws:RequestedRegion", ("eu-west-1", "us-east-1")),
)
_OF_ACTION: dict[str, tuple[tuple[str, Sequence[str]], ...]] = {
    "sts:AssumeRole": (
        ("sts:RoleSessionName", ("ana-break-glass", "carl", "x")),
        ("sts:ExternalId", ("42", "43")),
        ("sts:SourceIdentity", ("ana-break-glass", "x")),
    ),
    "s3:ListBucket": (("s3:prefix", ("ana-break-glass/", "public/")), ("s3:max-keys", ("5", "50"))),
    "s3:PutObject": (("s3:x-amz-acl", ("private", "public-read")),),
    "iam:PutUserPolicy": (("iam:PermissionsBoundary", (f"arn:aws:iam::{HERE}:policy/Limit",)),),
}

_Drawn = tuple[str, str, Json]


def _draw(operators: Sequence[str], key: str, given: Sequence[Json]) -> Callable[[_Maker], _Drawn]:
    def drawn(maker: _Maker) -> _Drawn:
        operator, values = maker.chance.choice(operators), given
        # The other engine says that a negated operator does not match a variable without a value; AWS that it does:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
        if "Not" in operator:
            values = [each for each in values if "${" not in str(each) or "'" in str(each)]
        if operator != "Null" and maker.chance.random() < 0.35:
            operator += "IfExists"
        picked: Json = maker.chance.choice(values)
        if operator != "Null" and maker.chance.random() < 0.25:
            picked = [picked, maker.chance.choice(values)]
        return operator, key, picked

    return drawn


def _set(operators: Sequence[str], key: str, values: Sequence[Json]) -> Callable[[_Maker], _Drawn]:
    def drawn(maker: _Maker) -> _Drawn:
        operator = f"{maker.chance.choice(('ForAllValues', 'ForAnyValue'))}:{maker.chance.choice(operators)}"
        return operator, key, [maker.chance.choice(values) for _ in range(maker.chance.choice((1, 2)))]

    return drawn


def _not_address(maker: _Maker) -> _Drawn:
    """Draw a NotIpAddress of the request's family: of another, the other engine says that it does not match.

    AWS: "All IP addresses except the specified IP address or range".
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
    """
    return "NotIpAddress", "aws:SourceIp", _OTHERS.get(str(maker.context.get("aws:SourceIp")), "203.0.113.0/24")


_OTHERS = {"2001:db8::7": "2001:db9::/32", "198.51.100.1": "198.51.100.0/28"}
_EQUAL = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
_LIKE = ("StringLike", "StringNotLike")
_ARN = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_NUMBER = (
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
)
_DATE = tuple(each.replace("Numeric", "Date") for each in _NUMBER)
_CONDITIONS: tuple[Callable[[_Maker], _Drawn], ...] = (
    _draw(("Bool",), "aws:MultiFactorAuthPresent", ("true", "false")),
    _draw(("Bool",), "aws:SecureTransport", ("true", "false")),
    _draw(("Null",), "aws:MultiFactorAuthPresent", ("true", "false")),
    _draw(("Null",), "AWS:SourceIp", ("true", "false")),
    _draw(_NUMBER, "aws:MultiFactorAuthAge", ("30", "300", "3600")),
    _draw(_NUMBER, "s3:max-keys", ("5", "10")),
    _draw(_DATE, "aws:CurrentTime", ("2026-03-01T12:00:00Z", "2026-11-22T00:00:00Z")),
    _draw(("IpAddress",), "aws:SourceIp", ("203.0.113.0/24", "198.51.100.1", "2001:db8::/32")),
    _not_address,
    _draw(_EQUAL, "aws:PrincipalOrgID", ("o-acme12345", "O-ACME12345")),
    _draw(_EQUAL, "sts:RoleSessionName", ("${aws:username}", "x")),
    _draw(_EQUAL, "AWS:principaltag/team", ("public", "blue", "${aws:username}")),
    _draw(_LIKE, "aws:PrincipalTag/team", ("pub*", "?lue", "*")),
    _draw(_LIKE, "s3:prefix", ("${aws:username}/*", "public/*", "${aws:PrincipalTag/team}/")),
    _draw(_LIKE, "sts:SourceIdentity", ("${aws:username}", "${aws:username, 'x'}")),
    _draw(
        _ARN,
        "aws:PrincipalArn",
        (
            f"arn:aws:iam::{HERE}:user/break-glass/*-break-glass",
            f"arn:aws:iam::{HERE}:role/Ops",
            "arn:aws:iam::*:role/*",
            f"arn:*:iam::{HERE}:user/${{aws:username}}",
        ),
    ),
    _draw(_EQUAL, "aws:PrincipalAccount", (HERE, THERE)),
    _draw(_EQUAL, "aws:ResourceAccount", (HERE, "${aws:PrincipalAccount}")),
    _set(_EQUAL[:2], "aws:CalledVia", _CALLED),
    _set(_LIKE, "aws:CalledVia", ("cloud*", "*.amazonaws.com", "athena.amazonaws.com")),
)
