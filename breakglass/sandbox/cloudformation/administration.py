"""The role self-managed StackSets start from, which somebody makes before there is any StackSet.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

import json

from moto.iam.models import iam_backends

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.sandbox.cloudformation.place import PRINCIPAL


def seed(manifest: Manifest) -> None:
    """Make the role that the manifest names, if its StackSets are self-managed: it may assume who provisions."""
    told = manifest.stacksets
    if manifest.engine != "stacksets" or told is None or told.permission_model != "self-managed":
        return
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": PRINCIPAL}}
    provisioners = naming.iam_arn(manifest.partition, "*", f"role/{manifest.provisioning_role}")
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": provisioners}
    account = told.administrator_account or manifest.management_account.id
    role = iam_backends[account][manifest.partition].create_role(
        role_name=told.administration_role,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration="3600",
    )
    role.put_policy("AssumeProvisioners", json.dumps({"Version": "2012-10-17", "Statement": [assume]}))
