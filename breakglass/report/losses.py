"""Who loses access where when something is destroyed."""

from collections.abc import Iterator, Sequence

from breakglass import naming, resources
from breakglass.estate.matrix import people_in
from breakglass.estate.plan import Plan, Verb
from breakglass.manifest.model import Manifest
from breakglass.report.plan import account_label

_SHOWN = 20
"""Names told at most."""


def losses(plan: Plan, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for all accounts that the same people lose, through a plan that only deletes.

    An account is lost to everybody with its playbook roles, and every account to whoever has no user any more.
    """
    alike: dict[frozenset[str], list[str]] = {}
    roles, users = (_deleted(plan, each) for each in (resources.ROLE, resources.USER))
    for account, people in people_in(manifest).items():
        meant = {(account, naming.role_name(each)) for each in manifest.playbooks_in(account)}
        gone = {each for each in people if (manifest.security_account, naming.user_name(each)) in users}
        lost = people if meant & roles else frozenset(gone)
        if lost:
            alike.setdefault(lost, []).append(account_label(account, manifest))
    for lost, accounts in alike.items():
        yield f"Emergency access to {some(accounts)} is lost by {some(sorted(lost))}."


def some(names: Sequence[str]) -> str:
    """Return names, and how many more there are."""
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{rest}"


def _deleted(plan: Plan, kind: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        (change.key.scope.account, change.key.name)
        for change in plan.changes
        if change.verb is Verb.DELETE and change.key.type == kind
    )
