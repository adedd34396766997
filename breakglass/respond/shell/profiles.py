"""A profile of the AWS configuration for every role a person may assume: whatever reads profiles can use it.

Its credential_process says all it takes, so that no manifest is read when it runs.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

import re
import shlex
from collections import Counter
from collections.abc import Sequence

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion
from breakglass.respond.shell.granted import granted
from breakglass.respond.shell.sections import Section
from breakglass.respond.target import Target

_DEFAULT_PARTITION = "aws"


def person(manifest: Manifest, named: str | None) -> str:
    """Return the id of the person meant, by id or user name; who it is need not be said where there is but one.

    Raises UsageError.
    """
    people = [each.id for each in manifest.responders]
    if named is None and len(people) == 1:
        return people[0]
    if named is None:
        raise UsageError("whose profiles?", advice=f"name one with --person: {', '.join(people)}")
    meant = named.removesuffix(naming.USER_SUFFIX)
    if meant not in people:
        message = f"the manifest has no responder `{named}`{suggestion(near(meant, people))}"
        raise UsageError(message, subject=named, advice=f"name one with --person: {', '.join(people)}")
    return meant


def sections(manifest: Manifest, person: str, program: Sequence[str], source_profile: str | None) -> list[Section]:
    """Return a section for each account and playbook of a person; `program` starts this very toolkit.

    Without a source profile, credentials come from the default chain of the SDK when the profile is used.
    """
    targets = granted(manifest, person)
    taken = Counter(_name(manifest, each, _legible(each.account_name)) for each in targets)
    found = [
        Section(
            _unique(manifest, each, taken),
            (
                f"credential_process = {shlex.join([*program, *_arguments(manifest, person, each, source_profile)])}",
                f"region = {manifest.regions[0]}",
            ),
        )
        for each in targets
    ]
    _require_apart(found)
    return found


def _require_apart(found: Sequence[Section]) -> None:
    """Refuse two sections of one name: no SDK reads a file that has them, nor anything else in it."""
    twice = [name for name, times in Counter(each.name for each in found).items() if times > 1]
    if twice:
        message = f"two accounts would have the profile {twice[0]}"
        raise UsageError(message, subject=twice[0], advice="give one of them another name in the manifest")


def _arguments(manifest: Manifest, person: str, target: Target, source_profile: str | None) -> list[str]:
    return [
        *("credentials", "--as", "process", "--account", target.account, "--role", target.role),
        *("--regions", ",".join(manifest.regions), "--session-name", naming.user_name(person)),
        *(("--partition", manifest.partition) if manifest.partition != _DEFAULT_PARTITION else ()),
        *(("--profile", source_profile) if source_profile else ()),
    ]


def _unique(manifest: Manifest, target: Target, taken: Counter[str]) -> str:
    """Return a name by the account's name, and its id as well where two names come out the same."""
    legible = _legible(target.account_name)
    name = _name(manifest, target, legible)
    return name if taken[name] == 1 else _name(manifest, target, f"{legible}-{target.account}")


def _name(manifest: Manifest, target: Target, account: str) -> str:
    return f"{manifest.name}-{account}-{target.playbook}"


def _legible(account_name: str) -> str:
    """Return an account's name without what would have to be quoted in shells and in sections."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", account_name).strip("-") or "account"
