"""Which accounts a verification looks at, what that takes to read, and what it therefore says nothing of."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from breakglass.assure.evidence import Assessment
from breakglass.errors import UsageError
from breakglass.estate.surveys import surveys, types
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion
from breakglass.resources import Scope


@dataclass(frozen=True, slots=True)
class Choice:
    """The accounts that are looked at, what is read for it, and the types of resources that are passed over."""

    accounts: tuple[str, ...]
    """Their ids, in the manifest's order."""
    looks: tuple[Survey, ...]
    passed_over: frozenset[tuple[Scope, str]]


def needed(assessments: Iterable[Assessment]) -> frozenset[str]:
    """Return what controls need of the whole organization."""
    return frozenset[str]().union(*(each.control.needs for each in assessments))


def choose(
    manifest: Manifest, accounts: AbstractSet[str] | None = None, needs: AbstractSet[str] = frozenset()
) -> Choice:
    """Return what it takes to look at some accounts, by their ids; None is all of them.

    Who gets in anywhere is told by the users and teams of the security account, which are read whatever is chosen. So
    is what controls need of the whole organization (`needs`, see `controls.Control`), and nothing else of where it is.
    Raises UsageError for an id that is none of the manifest's, and for no account at all.
    """
    known = manifest.account_ids
    if accounts is not None and not accounts:
        raise UsageError("no account was chosen", advice="name at least one, or leave the choice out for all")
    for stranger in sorted((accounts or frozenset()) - set(known)):
        raise UsageError(
            f"account {stranger} is none of the manifest's", subject=stranger, advice="see `accounts` in the manifest"
        )
    chosen = tuple(each for each in known if accounts is None or each in accounts)
    every = surveys(manifest, facts=True)
    looks = tuple(_looks(manifest, every, frozenset(chosen), needs))
    seen = frozenset((each.scope, type_) for each in looks for type_ in each.types)
    return Choice(chosen, looks, frozenset((each.scope, type_) for each in every for type_ in each.types) - seen)


def account_id(manifest: Manifest, name: str) -> str:
    """Return the id of an account that is named, or given by its id. Raises UsageError where there is none."""
    names = {
        "management": manifest.management_account.id,
        "security": manifest.security_account,
        "audit": manifest.audit_account,
        "trail": manifest.trail.account,
        **{manifest.account_name(each): each for each in reversed(manifest.account_ids)},
    }
    if name in manifest.account_ids or name in names:
        return names.get(name, name)
    raise UsageError(
        f"there is no account {name!r}{suggestion(near(name, names))}",
        subject=name,
        advice="give the name of an account as the manifest has it, or its id; the accounts of organizational units"
        " have the names they have in AWS Organizations",
    )


def _looks(
    manifest: Manifest, every: tuple[Survey, ...], chosen: frozenset[str], needs: AbstractSet[str]
) -> Iterator[Survey]:
    security = manifest.scope(manifest.security_account)
    for each in every:
        if each.scope.account in chosen:
            yield each
        elif each.scope == security:
            yield _narrowed(each, types(manifest, security) | (each.types & needs), enrolment=True)
        elif each.types & needs:
            yield _narrowed(each, each.types & needs, enrolment=False)


def _narrowed(survey: Survey, types: frozenset[str], *, enrolment: bool) -> Survey:
    return replace(survey, types=types, credentials=False, enrolment=enrolment, chain=False, regions=())
