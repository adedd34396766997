"""The same reads made by a plain script, one call after the other.

    python -m benchmarks.verification.by_hand MANIFEST ACCOUNTS

It looks at the first ACCOUNTS accounts of a manifest, with the credentials and the endpoint of the environment. The
last line is what it took as JSON: `calls`, `seconds`, and `cpu`, the processor time of the calls alone, without the
making of clients.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from botocore.session import Session

from benchmarks.provisioning.by_hand import Taken
from breakglass import naming
from breakglass.aws.own_endpoint import heed
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

Client = Callable[[str, str], Any]
"""Returns a client of a service in a region."""


def entered(session: Session, manifest: Manifest, account: str) -> Client:
    """Return what makes clients in an account."""
    arn = naming.iam_arn(manifest.partition, account, f"role/{manifest.provisioning_role}")
    sts = cast("STSClient", session.create_client("sts"))
    given = sts.assume_role(RoleArn=arn, RoleSessionName="by-hand")["Credentials"]

    def client(service: str, region: str) -> Any:  # noqa: ANN401 - of any service
        return session.create_client(
            service,
            region,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    return client


def reads(client: Client, manifest: Manifest) -> Iterator[Callable[[], object]]:
    """Yield each call that a verification makes in a target account."""
    home = naming.GLOBAL_REGIONS[manifest.partition]
    iam, account, sign_in = (client(each, home) for each in ("iam", "account", "signin"))
    heed(sign_in)
    details = iam.get_paginator("get_account_authorization_details")
    yield lambda: list(details.paginate(Filter=["Role", "LocalManagedPolicy"]))
    yield lambda: list(iam.get_paginator("list_roles").paginate())
    yield iam.get_account_summary
    yield lambda: account.get_alternate_contact(AlternateContactType="SECURITY")
    yield sign_in.get_resource_policy
    for region in manifest.regions:
        kms = client("kms", region)
        yield from (kms.list_aliases, kms.list_keys, client("s3", region).list_buckets)


def main() -> None:
    """Look at so many accounts of a manifest, and print what it took."""
    manifest, session, taken = read(Path(sys.argv[1])), Session(), Taken()
    for each in manifest.accounts[: int(sys.argv[2])]:
        for call in tuple(reads(entered(session, manifest, each.id), manifest)):
            with taken.measured(1), suppress(ClientError):
                call()
    print(json.dumps(asdict(taken)))


if __name__ == "__main__":
    main()
