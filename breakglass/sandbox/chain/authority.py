"""What a service may do on its way: by the policy of a resource, by that of a key, or by a role it was given."""

from dataclasses import dataclass
from datetime import datetime

from breakglass.iam.arns import account_of
from breakglass.sandbox.judgement.ask import Ask, Keys
from breakglass.sandbox.judgement.decide import Moment, judge
from breakglass.sandbox.judgement.documents import lets_service
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.sessions import Session

CLOUDTRAIL, CLOUDWATCH = "cloudtrail.amazonaws.com", "cloudwatch.amazonaws.com"
EVENTS, SNS = "events.amazonaws.com", "sns.amazonaws.com"
_ON_DATA = ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True, slots=True)
class Source:
    """On whose behalf a service acts: the ARN of an alarm, a rule, a topic or a trail."""

    service: str
    arn: str

    def keys(self, held: Held) -> Keys:
        """Return the condition keys that name the source; raises CannotJudgeError outside of the organization.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
        """
        account = account_of(self.arn)
        return {
            "aws:SourceArn": (self.arn,),
            "aws:SourceAccount": (account,),
            "aws:SourceOrgID": (held.organization,),
            "aws:SourceOrgPaths": (held.path(account),),
        }


def may_use_key(held: Held, place: Place, identifier: str, source: Source) -> bool:
    """Tell whether a service can encrypt with the key of a topic or queue; without a key there is nothing to ask.

    EventBridge names no source to KMS, so that a condition on it keeps EventBridge out.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    if not identifier:
        return True
    key = place.key(identifier)
    if key is None or key.key_state != "Enabled":
        return False
    keys: Keys = {} if source.service == EVENTS else source.keys(held)
    return all(lets_service(str(key.policy), source.service, action, key.arn, keys) for action in _ON_DATA)


def may_by_role(held: Held, role: str, source: Source, asked: Ask, moment: Moment) -> bool:
    """Tell whether a service can take a role that was given to it, and do something with it.

    Raises CannotJudgeError where the documents that decide are not there.
    """
    found = held.role_of(role)
    if found is None:
        return False
    if not lets_service(
        str(found.assume_role_policy_document), source.service, "sts:AssumeRole", role, source.keys(held)
    ):
        return False
    return judge(held, _session(role, found.id, source.service, moment.now), (asked,), moment).allowed


def _session(role: str, identifier: str, service: str, now: datetime) -> Session:
    name, account = service.partition(".")[0], account_of(role)
    arn = f"{role.partition(':iam:')[0]}:sts::{account}:assumed-role/{role.rpartition('/')[2]}/{name}"
    return Session("", "", account, arn, f"{identifier}:{name}", role=role, issued=now)
