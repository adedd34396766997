"""Links for one playbook in one account, for people and for machines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from breakglass.documents import Json
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion
from breakglass.report.columns import aligned
from breakglass.respond.links import Door, Switch, documented_switch, doors, switches
from breakglass.respond.target import Target

SCHEMA = "breakglass/console"


@dataclass(frozen=True, slots=True)
class Directions:
    """How one gets to a target by the console: sign in by one of the doors, then switch."""

    manifest: str
    target: Target
    security_account: str
    doors: tuple[Door, ...]
    switches: tuple[Switch, ...]
    documented: str


def directions(manifest: Manifest, target: Target, region: str | None = None) -> Directions:
    """Return the way in by every region in the manifest's order, or by one alone.

    Raises UsageError for a region in which nobody would notice the sign-in.
    """
    heard = dict.fromkeys((*manifest.regions, *manifest.alerts.regions))
    if region is not None and region not in heard:
        raise UsageError(
            f"{region} is none of the manifest's regions{suggestion(near(region, heard))}",
            subject=region,
            advice=f"a use is noticed in {', '.join(heard)}",
        )
    regions = manifest.regions if region is None else (region,)
    return Directions(
        manifest.name,
        target,
        manifest.security_account,
        doors(manifest, regions),
        switches(manifest, target, regions),
        documented_switch(manifest, target),
    )


def directions_text(found: Directions) -> Iterator[Text]:
    """Yield the links under each other; nothing to be copied is wrapped."""
    target = found.target
    yield Text(f"{target}: role {target.role} in account {target.account}", style="bold")
    yield Text(f"1. sign in as an IAM user of account {found.security_account}, with MFA")
    yield from _rows([(each.region, each.console) for each in found.doors])
    yield Text("2. in the same browser, switch to the role")
    yield from _rows([(each.region, each.url) for each in found.switches])
    yield Text("If a link does not open, take the next. These name the account, or no region, and come last:")
    yield from _rows([*((each.region, each.account) for each in found.doors), ("any", found.documented)])


def directions_document(found: Directions) -> Json:
    """Return the links as a JSON document."""
    target = found.target
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": found.manifest,
        "account": target.account,
        "account_name": target.account_name,
        "playbook": target.playbook,
        "role": target.role,
        "security_account": found.security_account,
        "sign_in": [{"region": each.region, "url": each.console, "with_account": each.account} for each in found.doors],
        "switch_role": [{"region": each.region, "url": each.url} for each in found.switches],
        "switch_role_documented": found.documented,
    }


def _rows(rows: Sequence[tuple[str, str]]) -> Iterator[Text]:
    for region, url in aligned(rows):
        yield Text(f"   {region}{url}", no_wrap=True)
