"""Links of the AWS console: where one signs in, and where one switches to a role, region by region.

What is to be used first is what needs no other region than its own:

- the console's regional endpoint, which AWS documents, sends whoever has not signed in to the sign-in endpoint of the
  same region (observed);
- a switch by the regional sign-in endpoint: AWS documents these endpoints and the form of the link, but not the two
  together. It is what the console itself leads to, and what public tools use (observed);
- a sign-in page with the account filled in leads to the region asked for, but by way of a host without a region; so
  does the documented form of the switch. They come last.

https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
https://docs.aws.amazon.com/general/latest/gr/signin-service.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_sign-in.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from breakglass.manifest.model import Manifest
from breakglass.respond.target import Target

_DOMAINS: Final[Mapping[str, str]] = {
    "aws": "aws.amazon.com",
    "aws-cn": "amazonaws.cn",
    "aws-us-gov": "amazonaws-us-gov.com",
}
"""What the hosts of a partition's console and sign-in end in; of China and GovCloud as the SDKs' endpoint rules and
AWS's own links have them.

https://docs.amazonaws.cn/en_us/IAM/latest/UserGuide/id_users_sign-in.html
https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-iam.html
"""

_WITHOUT_REGION: Final = "us-east-1"
"""The region whose sign-in endpoint has no region in its name.

https://docs.aws.amazon.com/general/latest/gr/signin-service.html
"""

_LONGEST: Final = 64
"""Characters of a name to show: as many as the longest role name, which is shown where none is given."""


@dataclass(frozen=True, slots=True)
class Door:
    """One region one can sign in by."""

    region: str
    console: str
    """Needs this region alone; asks for the account."""
    account: str
    """Leads to the same region with the account filled in, by way of a host that belongs to no region."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One region one can switch to a role by."""

    region: str
    url: str


def doors(manifest: Manifest, regions: Sequence[str] = ()) -> tuple[Door, ...]:
    """Return where the users of the security account sign in: in the manifest's order, or in these regions."""
    domain, account = _DOMAINS[manifest.partition], manifest.security_account
    return tuple(
        Door(
            region,
            f"https://{region}.console.{domain}/",
            f"https://{account}.signin.{domain}/console?{_query(region=region)}",
        )
        for region in regions or manifest.regions
    )


def switches(manifest: Manifest, target: Target, regions: Sequence[str] = ()) -> tuple[Switch, ...]:
    """Return the links that switch to a target's role: in the manifest's order, or in these regions."""
    return tuple(
        Switch(region, _switch(_sign_in_host(manifest.partition, region), target))
        for region in regions or manifest.regions
    )


def documented_switch(manifest: Manifest, target: Target) -> str:
    """Return the link in the very form AWS documents: it names no region."""
    return _switch(f"signin.{_DOMAINS[manifest.partition]}", target)


def _sign_in_host(partition: str, region: str) -> str:
    host = f"signin.{_DOMAINS[partition]}"
    return host if region == _WITHOUT_REGION else f"{region}.{host}"


def _switch(host: str, target: Target) -> str:
    shown = f"{target.account_name} {target.playbook}"[:_LONGEST]
    return f"https://{host}/switchrole?{_query(account=target.account, roleName=target.role, displayName=shown)}"


def _query(**values: str) -> str:
    return urlencode(values, quote_via=quote, safe="")
