"""A role asked for from outside the namespace, for a session that may do nothing: AWS itself must deny it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from breakglass import naming
from breakglass.aws.failures import refused_by_aws, translated
from breakglass.aws.sessions import Sessions
from breakglass.errors import CredentialsError, DeniedError, RejectedError
from breakglass.manifest.model import Manifest

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

_SHORTEST: Final = 900
"""Seconds, of the session that must not come of it: the least there is.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

_NOTHING: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
)
_SAID: Final = re.compile(
    r"User: \S+ is not authorized to perform: sts:AssumeRole on resource: (?P<role>\S+)"
    r"(?: (?P<reason>.*))? \(AccessDenied\)"
)
"""What AWS says of a role that somebody may not assume, after it the code of its answer."""

_OF_THE_TRUST: Final = frozenset(
    {
        None,
        "because no resource-based policy allows the sts:AssumeRole action",
        "because no role trust policy allows the sts:AssumeRole action",
        "with an explicit deny in a resource-based policy",
        "with an explicit deny in the role trust policy",
    }
)
"""The reasons AWS gives where it is the role's trust that denies, or none, as between accounts: any other is another's.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""


class AwsProbe:
    """Probes as the verification role of a manifest, in its first region; see `cloud.Probe`."""

    def __init__(self, sessions: Sessions, manifest: Manifest) -> None:
        self._sessions = sessions
        self._region = manifest.regions[0]
        self._verification = naming.verification_arn(manifest.partition, manifest.audit_account)

    def ask(self, role: str, session: str) -> DeniedError | None:
        """Ask for a role, and drop what comes of it unlooked-at; return the denial of its trust."""
        return denied(self._sessions.become(self._verification, self._region, session), role, session)


def denied(sts: STSClient, role: str, session: str) -> DeniedError | None:
    """Ask for a role with a client of whoever is to be denied; return the denial of its trust, None for a session.

    Raises DeniedError, UnavailableError or RejectedError for whatever else comes of it.
    """
    account = role.split(":")[4]
    try:
        with translated(account, role), refused_by_aws(account):
            sts.assume_role(RoleArn=role, RoleSessionName=session, DurationSeconds=_SHORTEST, Policy=_NOTHING)
    except CredentialsError:
        raise
    except DeniedError as denial:
        return _by_the_trust(denial, role)
    return None


def _by_the_trust(denial: DeniedError, role: str) -> DeniedError:
    """Return a denial of this call and this role for which AWS gives no reason but the role's own trust.

    Raises DeniedError for one of another policy, RejectedError for whatever else was denied, or by whom.
    """
    said = denial.message.partition(" was denied: ")[2]
    found = _SAID.fullmatch(said)
    if found is None or found["role"] != role:
        told = f"the denial does not say that it is of sts:AssumeRole on {role}: {said}"
        raise RejectedError(told, subject=role, advice="see that nothing between here and AWS answers in its place")
    if found["reason"] not in _OF_THE_TRUST:
        advice = (
            f"let {naming.VERIFICATION} ask under names that begin with {naming.PROBE}-: apply gives it the right, and "
            "what AWS names here, such as a control policy or the policy of a VPC endpoint, must not take it away"
        )
        raise DeniedError(f"another policy than the role's trust forbade it: {said}", subject=role, advice=advice)
    return denial
