"""As whom a StackSet acts in an account.

Service-managed it is a role that StackSets puts there itself, by a service-linked role, which no control policy binds;
self-managed one that is there, assumed from a role of the administrator's.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from datetime import datetime
from hashlib import md5

from breakglass import naming
from breakglass.iam.arns import account_of
from breakglass.sandbox import sts
from breakglass.sandbox.cloudformation.build import FailedError
from breakglass.sandbox.cloudformation.hands import Hands, request
from breakglass.sandbox.cloudformation.place import PRINCIPAL
from breakglass.sandbox.cloudformation.stack_set import StackSet
from breakglass.sandbox.cloudformation.steps import Step
from breakglass.sandbox.judgement.documents import lets_service
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.role import ADMINISTRATOR, EVERYTHING, make_role
from breakglass.sandbox.sessions import Session

_SERVICE_ROLE = (
    "role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin"
)
_SESSION = "AWSCloudFormation"


def acting(hands: Hands, stack_set: StackSet, account: str) -> Session:
    """Return the session of the role that acts in an account; raises FailedError where there is no way to it."""
    if stack_set.service_managed:
        with hands.emulator.opened() as held:
            return _service_managed(held, account, hands.witness.clock.now())
    return _self_managed(hands, stack_set, account)


def _service_managed(held: Held, account: str, now: datetime) -> Session:
    name = naming.STACKSETS_ROLE.replace("*", md5(account.encode(), usedforsecurity=False).hexdigest())
    if held.role(account, name) is None:
        administrator = naming.iam_arn(held.partition, held.management, _SERVICE_ROLE)
        make_role(held.iam(account), name, {"AWS": administrator}, ADMINISTRATOR, EVERYTHING)
    return _session(held, naming.iam_arn(held.partition, account, f"role/{name}"), now)


def _self_managed(hands: Hands, stack_set: StackSet, account: str) -> Session:
    now, administration = hands.witness.clock.now(), stack_set.administration_role
    with hands.emulator.opened() as held:
        found = held.role_of(administration)
        trust = str(found.assume_role_policy_document) if found else ""
        if not trust or not lets_service(trust, PRINCIPAL, "sts:AssumeRole", administration, {}):
            name, owner = administration.rpartition("/")[2], account_of(administration)
            raise FailedError(
                f"Account {owner} should have '{name}' role with trust relationship to CloudFormation service."
            )
        administrator = _session(held, administration, now)
        target = naming.iam_arn(held.partition, account, f"role/{stack_set.execution_role}")
    asked = request(
        administrator, Step("sts", "AssumeRole", {"RoleArn": target, "RoleSessionName": _SESSION}), stack_set.region
    )
    role = hands.emulator.role(target)
    if role is None or not hands.emulator.decide(administrator, asked, now).allowed:
        raise FailedError(
            f"Account {account} should have '{stack_set.execution_role}' role with trust relationship to Role"
            f" '{administration.rpartition('/')[2]}'."
        )
    session = sts.assume(asked, administrator, role, stack_set.partition, now)
    hands.witness.see(asked, administrator, sts.assumed(session), through=PRINCIPAL)
    return session


def _session(held: Held, arn: str, now: datetime) -> Session:
    """Return the session CloudFormation itself has of a role that is there."""
    role, account = held.role_of(arn), account_of(arn)
    identifier = role.id if role else ""
    principal = f"arn:{held.partition}:sts::{account}:assumed-role/{arn.rpartition('/')[2]}/{_SESSION}"
    return Session("", "", account, principal, f"{identifier}:{_SESSION}", role=arn, issued=now)
