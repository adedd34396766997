"""The role self-managed StackSets start from, which somebody makes before there is any StackSet.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

import json

from moto.iam.models import iam_backends

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.sandbox.cloudformation.place import PRINCIPAL
from breakglass.sandbox.role import make_role


def seed(manifest: Manifest) -> None:
    """Make the role that the manifest names, if its StackSets are self-managed: it may assume who provisions."""
    told = manifest.stacksets
    if manifest.engine != "stacksets" or told is None or told.permission_model != "self-managed":
        return
    provisioners = naming.iam_arn(manifest.partition, "*", f"role/{manifest.provisioning_role}")
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": provisioners}
    account = told.administrator_account or manifest.management_account.id
    rights = json.dumps({"Version": "2012-10-17", "Statement": [assume]})
    iam = iam_backends[account][manifest.partition]
    make_role(iam, told.administration_role, {"Service": PRINCIPAL}, "AssumeProvisioners", rights)
