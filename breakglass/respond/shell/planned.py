"""What the manifest says of an errand: who may, through which regions, for how long."""

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.respond.shell.errand import Errand
from breakglass.respond.shell.granted import users_in_reserve, users_who_may
from breakglass.respond.target import may_be_in_a_unit, resolve


def errand(manifest: Manifest, text: str) -> Errand:
    """Return what it takes to carry out `ACCOUNT/PLAYBOOK`. Raises UsageError as `resolve` does."""
    target = resolve(manifest, text)
    return Errand(
        str(target),
        naming.iam_arn(manifest.partition, target.account, f"role/{target.role}"),
        manifest.regions,
        security_account=manifest.security_account,
        session_hours=manifest.limits.session_hours,
        teams={naming.user_name(each.id): each.member_of for each in manifest.responders},
        may=users_who_may(manifest, target),
        reserve=users_in_reserve(manifest, target),
        is_listed=not may_be_in_a_unit(manifest, target.account),
    )
