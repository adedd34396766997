"""The same roles and policies made by a plain script, one call after the other.

    python -m benchmarks.provisioning.by_hand MANIFEST ACCOUNTS

It works in the first ACCOUNTS accounts of a manifest, with the credentials and the endpoint of the environment: looks,
makes what the manifest says, reads it back, and then looks once more as a second run would. The last line is what it
took as JSON: `first` and `again`, each with `calls`, `seconds`, and `cpu`, the processor time of the calls alone,
without the making of clients.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.session import Session

from breakglass import naming
from breakglass.estate.desired import desired_in, place_of
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read
from breakglass.resources import MANAGED_POLICY, ROLE, Resource, items

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef


@dataclass(slots=True)
class Taken:
    """What calls took."""

    calls: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def measured(self, calls: int) -> Iterator[None]:
        """Add what so many calls take."""
        begun = time.perf_counter(), time.process_time()
        yield
        self.calls += calls
        self.seconds += time.perf_counter() - begun[0]
        self.cpu += time.process_time() - begun[1]


class Script:
    """A script with one session, one client for STS, and one for the IAM of each account."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._session = Session()
        self._sts = cast("STSClient", self._session.create_client("sts"))
        self.first, self.again = Taken(), Taken()

    def run(self, account: str) -> None:
        """Make everything in one account, and look again."""
        arn = naming.iam_arn(self._manifest.partition, account, f"role/{self._manifest.provisioning_role}")
        given = self._entered(arn, self.first)
        begun = time.perf_counter()
        made = self._session.create_client(
            "iam",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        iam = cast("IAMClient", made)
        self.first.seconds += time.perf_counter() - begun
        with self.first.measured(1):
            _details(iam)
        wanted = tuple(desired_in(place_of(self._manifest, account)))
        with self.first.measured(sum(2 if each.type == ROLE else 1 for each in wanted)):
            _make(iam, wanted)
        with self.first.measured(2):
            _read_back(iam)
        self._entered(arn, self.again)
        with self.again.measured(2):
            _read_back(iam)

    def _entered(self, arn: str, taken: Taken) -> CredentialsTypeDef:
        with taken.measured(1):
            return self._sts.assume_role(RoleArn=arn, RoleSessionName="by-hand")["Credentials"]


def _make(iam: IAMClient, wanted: Sequence[Resource]) -> None:
    for each in (each for each in wanted if each.type == MANAGED_POLICY):
        iam.create_policy(PolicyName=each.name, Path=each.path, PolicyDocument=_written(each, "PolicyDocument"))
    for each in (each for each in wanted if each.type == ROLE):
        iam.create_role(
            RoleName=each.name,
            Path=each.path,
            AssumeRolePolicyDocument=_written(each, "AssumeRolePolicyDocument"),
            Description=str(each.properties["Description"]),
            MaxSessionDuration=3600,
            Tags=[{"Key": key, "Value": value} for key, value in each.tags.items()],
        )
        for arn in items(each.properties["ManagedPolicyArns"]):
            iam.attach_role_policy(RoleName=each.name, PolicyArn=str(arn))


def _written(resource: Resource, name: str) -> str:
    return json.dumps(resource.properties[name], separators=(",", ":"))


def _details(iam: IAMClient) -> None:
    for _ in iam.get_paginator("get_account_authorization_details").paginate(Filter=["Role", "LocalManagedPolicy"]):
        pass


def _read_back(iam: IAMClient) -> None:
    _details(iam)
    for _ in iam.get_paginator("list_roles").paginate():
        pass


def main() -> None:
    """Work in so many accounts of a manifest, and print what it took."""
    manifest = read(Path(sys.argv[1]))
    script = Script(manifest)
    for each in manifest.accounts[: int(sys.argv[2])]:
        script.run(each.id)
    print(json.dumps({"first": asdict(script.first), "again": asdict(script.again)}))


if __name__ == "__main__":
    main()
