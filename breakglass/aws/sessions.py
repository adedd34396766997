"""Credentials and clients in every account: one botocore session, one role assumed per account.

- Every method may be called from many threads, and a role is assumed once however many ask for it.
- Credentials of a role live in memory only, and are renewed five minutes before they expire.
- STS is called in the manifest's regions in order, the next one only when the network fails.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeVar, cast, overload
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.session import Session

from breakglass import naming
from breakglass.aws import source
from breakglass.aws.clients import Clients, RoleCredentials
from breakglass.aws.failures import network_failure, translated, understood
from breakglass.aws.reasons import UNREACHABLE
from breakglass.aws.shared_session import SharedSession
from breakglass.errors import CredentialsError, UnavailableError
from breakglass.resources import GLOBAL

if TYPE_CHECKING:
    from mypy_boto3_accessanalyzer import AccessAnalyzerClient
    from mypy_boto3_account import AccountClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_securityhub import SecurityHubClient
    from mypy_boto3_signin import SignInServiceClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

Answer = TypeVar("Answer")

RENEWAL = timedelta(minutes=5)
"""Credentials with less time left are not used for a further client."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: the account id and the ARN of the caller."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """The partition the credentials belong to."""
        return self.arn.partition(":")[2].partition(":")[0]

    def is_session_of(self, role: str) -> bool:
        """Tell whether the caller is in a session of the role of an ARN; the ARN of a session has no path.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        """
        account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
        return self.arn.startswith(f"arn:{self.partition}:sts::{account}:assumed-role/{name}/")


class Sessions:
    """Clients in the accounts of an organization, from one set of credentials.

    `partition` is checked against the credentials where given; without `regions`, the profile's own is used.
    `everywhere` has the role assumed in the caller's own account as well, whose credentials then serve `own` alone.
    Raises CredentialsError for a profile or a configuration that cannot be used.
    """

    def __init__(
        self,
        profile: str | None = None,
        *,
        provisioning_role: str = naming.PROVISIONING_ROLE,
        partition: str | None = None,
        regions: Sequence[str] = (),
        everywhere: bool = False,
        session: Session | None = None,
    ) -> None:
        self._session = session or SharedSession(profile=profile)
        self._clients = Clients(self._session)
        self._role = provisioning_role
        self._everywhere = everywhere
        self._partition = partition
        with translated(""):
            self._regions = tuple(regions) or (
                self._session.get_config_variable("region") or naming.GLOBAL_REGIONS["aws"],
            )
        self._preferred = 0
        self._identity: Identity | None = None
        self._assumed: dict[str, RoleCredentials] = {}
        self._identity_lock = Lock()
        self._accounts_lock = Lock()
        self._account_locks: defaultdict[str, Lock] = defaultdict(Lock)

    def identity(self) -> Identity:
        """Return who calls, asked of AWS once.

        Raises CredentialsError where credentials are absent, not accepted, or of another partition.
        """
        with self._identity_lock:
            if self._identity is None:
                source.credentials(self._session)
                self._identity = self._checked(self._caller())
            return self._identity

    @overload
    def client(self, service: Literal["account"], account: str) -> AccountClient: ...
    @overload
    def client(self, service: Literal["iam"], account: str) -> IAMClient: ...
    @overload
    def client(self, service: Literal["organizations"], account: str) -> OrganizationsClient: ...
    @overload
    def client(self, service: Literal["signin"], account: str) -> SignInServiceClient: ...
    @overload
    def client(self, service: Literal["accessanalyzer"], account: str, region: str) -> AccessAnalyzerClient: ...
    @overload
    def client(self, service: Literal["cloudformation"], account: str, region: str) -> CloudFormationClient: ...
    @overload
    def client(self, service: Literal["cloudtrail"], account: str, region: str) -> CloudTrailClient: ...
    @overload
    def client(self, service: Literal["cloudwatch"], account: str, region: str) -> CloudWatchClient: ...
    @overload
    def client(self, service: Literal["config"], account: str, region: str) -> ConfigServiceClient: ...
    @overload
    def client(self, service: Literal["events"], account: str, region: str) -> EventBridgeClient: ...
    @overload
    def client(self, service: Literal["kms"], account: str, region: str) -> KMSClient: ...
    @overload
    def client(self, service: Literal["logs"], account: str, region: str) -> CloudWatchLogsClient: ...
    @overload
    def client(self, service: Literal["s3"], account: str, region: str) -> S3Client: ...
    @overload
    def client(self, service: Literal["sns"], account: str, region: str) -> SNSClient: ...
    @overload
    def client(self, service: Literal["sqs"], account: str, region: str) -> SQSClient: ...
    @overload
    def client(self, service: Literal["sts"], account: str, region: str) -> STSClient: ...
    def client(self, service: str, account: str, region: str = GLOBAL) -> BaseClient:
        """Return a client that acts in an account and a region, valid for five minutes at least.

        What an account has but once is reached in the partition's own region for it. Raises CredentialsError,
        DeniedError, UnavailableError or RejectedError where the role cannot be assumed.
        """
        identity = self.identity()
        where = region if region != GLOBAL else naming.GLOBAL_REGIONS.get(identity.partition, self._regions[0])
        credentials = None if account == identity.account and not self._everywhere else self._credentials(account)
        return self._clients.get(service, where, credentials)

    @overload
    def own(self, service: Literal["cloudwatch"], region: str) -> CloudWatchClient: ...
    @overload
    def own(self, service: Literal["s3"], region: str) -> S3Client: ...
    @overload
    def own(self, service: Literal["securityhub"], region: str) -> SecurityHubClient: ...
    @overload
    def own(self, service: Literal["sts"], region: str) -> STSClient: ...
    def own(self, service: str, region: str) -> BaseClient:
        """Return a client that acts in a region as the caller itself."""
        return self._clients.get(service, region)

    def become(self, role: str, region: str, session: str) -> STSClient:
        """Return a client of STS in a region, in a session of a role that trusts its account's provisioning role.

        Whoever is that role already stays in the session there is, whatever its name. Raises CredentialsError,
        DeniedError, UnavailableError or RejectedError where the role cannot be assumed.
        """
        account = role.split(":")[4]
        if self.identity().is_session_of(role):
            return self.own("sts", region)
        sts = self.client("sts", account, region)
        advice = f"`breakglass apply` makes {role}: see that it exists and trusts {self._role} beside it"
        with translated(account, role, if_denied=advice), understood(account):
            answer = sts.assume_role(RoleArn=role, RoleSessionName=session)
            credentials = _role_credentials(answer["Credentials"])
        return cast("STSClient", self._clients.get("sts", region, credentials))

    def _caller(self) -> Identity:
        with translated(""), understood(""):
            answer = self._sts(lambda sts: sts.get_caller_identity())
            return Identity(answer["Account"], answer["Arn"])

    def _checked(self, identity: Identity) -> Identity:
        if self._partition in (None, identity.partition):
            return identity
        raise CredentialsError(
            f"the credentials belong to the partition {identity.partition}, the manifest to {self._partition}",
            subject=identity.arn,
            advice="use credentials of the manifest's partition, or mend `partition` in the manifest",
        )

    def _credentials(self, account: str) -> RoleCredentials:
        """Return credentials of the role in an account: assumed once by whichever thread comes first."""
        with self._accounts_lock:
            lock = self._account_locks[account]
        with lock:
            held = self._assumed.get(account)
            if held is None or held.expires - datetime.now(UTC) < RENEWAL:
                held = self._assumed[account] = self._assume(account)
            return held

    def _assume(self, account: str) -> RoleCredentials:
        identity = self.identity()
        arn = naming.iam_arn(identity.partition, account, f"role/{self._role}")
        advice = _absent_verifier if self._everywhere else _absent_provisioner
        with translated(account, arn, if_denied=advice(self._role, account, identity.arn)), understood(account):
            answer = self._sts(lambda sts: sts.assume_role(RoleArn=arn, RoleSessionName=_session_name(identity.arn)))
            return _role_credentials(answer["Credentials"])

    def _sts(self, call: Callable[[STSClient], Answer]) -> Answer:
        """Call STS in the first region that answers, beginning with the one that answered last."""
        first = self._preferred
        failures = []
        for offset in range(len(self._regions)):
            index = (first + offset) % len(self._regions)
            try:
                answer = call(cast("STSClient", self._clients.get("sts", self._regions[index])))
            except UNREACHABLE as error:
                failures.append(f"{self._regions[index]}: {network_failure(error)}")
                continue
            self._preferred = index
            return answer
        raise UnavailableError(
            "AWS STS cannot be reached in any region: " + "; ".join(failures),
            subject=", ".join(self._regions),
            advice=_unreachable_advice(),
        )


def _absent_provisioner(role: str, account: str, caller: str) -> str:
    return (
        f"see that the role {role} exists in account {account} and trusts {caller}, that no service "
        "control policy forbids it, that the account is neither suspended nor closed, and that the manifest names "
        "the right account and provisioning role; if the "
        "role is gone, the guardrails let nobody make it again: see 'When the provisioning role is lost' in "
        "docs/platform-team.md"
    )


def _absent_verifier(role: str, account: str, caller: str) -> str:
    return (
        f"`breakglass plan` tells what became of the role {role} in account {account}, and `breakglass apply` makes it "
        f"again: see that it trusts the role of {caller}, that no service control policy forbids it, that the account "
        "is neither suspended nor closed, and that the manifest in the function is the one that was applied"
    )


def _unreachable_advice() -> str:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_STS") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        host = urlsplit(endpoint).netloc.rpartition("@")[2]
        return f"AWS_ENDPOINT_URL leads to {host}, not to AWS: start the sandbox there, or use another shell"
    return "see to the network, then add a further region to `regions` in the manifest"


def _session_name(caller: str) -> str:
    """Return the name CloudTrail shows for what we do: the caller's own, as far as AWS takes it.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    legible = re.sub(r"[^\w+=,.@-]", "-", caller.rsplit("/", 1)[-1], flags=re.ASCII)
    return f"breakglass-{legible}"[:64]


def _role_credentials(given: CredentialsTypeDef) -> RoleCredentials:
    return RoleCredentials(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], expires=given["Expiration"]
    )
