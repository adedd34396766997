"""The commented manifest that `init` writes: what is known is filled in, what only its owner knows is left blank.

A blank is refused when the manifest is read, so that nobody applies a guess. Names come from an organization and may
hold any character: every value is written as a JSON string, which is a YAML scalar in double quotes.
https://yaml.org/spec/1.2.2/#12-overview-of-yaml
"""

import json
from collections.abc import Mapping, Sequence
from string import Template
from textwrap import fill

from breakglass.manifest.model import MANAGEMENT
from breakglass.manifest.organization import AUDIT_NAMES, SECURITY_NAMES, Organization, guess, names
from breakglass.manifest.sheet import BLANK

__all__ = ["Organization", "starter"]

_REGIONS: Mapping[str, tuple[str, ...]] = {
    "aws": ("us-east-1", "us-west-2", "eu-west-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
}

_ENABLED: Mapping[str, tuple[str, ...]] = {
    **_REGIONS,
    "aws": (
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "ap-south-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
    ),
}
"""The regions every account has from the start.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""


_UNKNOWN = (BLANK, BLANK)

_TEMPLATE = Template("""\
# Emergency access: who may get into which account, for which playbook, when all else is down.
# Every key is explained in docs/reference/manifest.md. `breakglass check` says what is still wrong or missing.
version: 1
name: $name   # the owner tag of everything made from this file: never change it afterwards
partition: $partition
organization: $organization

# The management account has playbooks of its own, for what can only be mended there.
management_account: {id: $management, name: $management_name, playbooks: [lost-access]}

# A member account that holds the emergency users and nothing else: no workloads, nobody else's administrators.
security_account: $security

# A member account that verifies the others, and keeps the evidence.
audit_account: $audit

# The CloudWatch Logs group of the organization trail.
trail: $trail

regions: $regions   # sign-in and STS, tried in this order
engine: direct

playbooks: [ransomware, data-breach, lost-access]

# Where playbooks are carried out. Neither the management nor the security account belongs here.
accounts:
$accounts

# A team may carry out its playbooks in its accounts; `all` is every account above.
teams:
  - {name: incident, playbooks: [ransomware, data-breach, lost-access], accounts: all}
  - {name: organization, playbooks: [lost-access], accounts: $organization_accounts}

# People. Two in each team are the least: one of them is on holiday.
responders:
$responders

# Who is told of every use. At least two receivers, and every region that is enabled in the security account.
alerts:
  email: $email
  sqs: $sqs
  minimum_receivers: 2
  second_region: $second_region
  regions: $alert_regions

# Whom to call, on every envelope and emergency card.
contacts: $contacts

limits: {session_hours: 1, minimum_ways_in: 2}
""")


def starter(organization: Organization | None) -> str:
    """Return a manifest to start from, as YAML with comments.

    With an organization, it names its accounts and leaves people, alerts and the trail blank. Without one, it is an
    example that is complete and passes every check.
    """
    return _TEMPLATE.substitute(_example() if organization is None else _values(organization))


def _example() -> Mapping[str, str]:
    return {
        **_regions("aws"),
        "name": "acme",
        "partition": "aws",
        "organization": "o-exampleorgid",
        "management": _quoted("999999999999"),
        "management_name": MANAGEMENT,
        "security": _quoted("111111111111"),
        "audit": _quoted("333333333333"),
        "trail": '{account: "333333333333", region: us-east-1, log_group: organization-trail}',
        "accounts": _rows([{"id": "222222222222", "name": "prod"}, {"id": "444444444444", "name": "payments"}]),
        "organization_accounts": f"[{MANAGEMENT}]",
        "responders": _rows([_person("ana", "Ana Souza"), _person("bo", "Bo Lindqvist")]),
        "email": _list(["security@acme.example", "oncall@acme.example"]),
        "sqs": _list(["arn:aws:sqs:us-west-2:333333333333:pager"]),
        "contacts": f"[{_flow({'name': 'Incident manager on duty', 'phone': '+1 555 0100'})}]",
    }


def _person(identifier: str, name: str) -> Mapping[str, str | Sequence[str]]:
    teams = ["incident", "organization"]
    return {"id": identifier, "name": name, "email": f"{identifier}@acme.example", "teams": teams}


def _values(organization: Organization) -> Mapping[str, str]:
    management = organization.management_account
    called = names(organization)
    security, audit = _tier_0(organization)
    targets = [each for each, _ in organization.accounts if each not in (management, security, audit)]
    return {
        **_regions(organization.partition),
        "name": "emergency",
        "partition": organization.partition,
        "organization": _quoted(organization.id),
        "management": _quoted(management),
        "management_name": _quoted(called[management]),
        "security": _found(security, chosen=organization.security_account is not None),
        "audit": _found(audit, chosen=organization.audit_account is not None),
        "trail": _flow({"account": BLANK, "region": BLANK, "log_group": BLANK}),
        "accounts": _rows([{"id": each, "name": called[each]} for each in targets] or [{"id": BLANK, "name": BLANK}]),
        "organization_accounts": _quoted([called[management]]),
        "responders": _rows([{"id": BLANK, "name": BLANK, "email": BLANK, "teams": ["incident", "organization"]}] * 2),
        "email": _quoted(_UNKNOWN),
        "contacts": '[]  # such as {name: Incident manager on duty, phone: "+1 555 0100"}',
        "sqs": "[]  # a queue, or an address of a pager under `https`: mail alone is read late",
    }


def _tier_0(organization: Organization) -> tuple[str | None, str | None]:
    management = organization.management_account
    security, audit = organization.security_account, organization.audit_account
    security = security or guess(organization, SECURITY_NAMES, (management, audit))
    return security, audit or guess(organization, AUDIT_NAMES, (management, security))


def _found(account: str | None, *, chosen: bool) -> str:
    if account is None or chosen:
        return _quoted(account or BLANK)
    return f"{_quoted(account)}   # found by its name: make sure"


def _regions(partition: str) -> Mapping[str, str]:
    regions = _REGIONS.get(partition, _UNKNOWN)
    indent = " " * len("  regions: [")
    enabled = fill(
        _list(_ENABLED.get(partition, _UNKNOWN)),
        width=110,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return {"regions": _list(regions), "second_region": regions[1], "alert_regions": enabled.lstrip()}


def _quoted(value: str | Sequence[str]) -> str:
    return json.dumps(value)


def _list(words: Sequence[str]) -> str:
    return f"[{', '.join(words)}]"


def _flow(entry: Mapping[str, str | Sequence[str]]) -> str:
    return f"{{{', '.join(f'{key}: {_quoted(value)}' for key, value in entry.items())}}}"


def _rows(entries: Sequence[Mapping[str, str | Sequence[str]]]) -> str:
    return "\n".join(f"  - {_flow(entry)}" for entry in entries)
