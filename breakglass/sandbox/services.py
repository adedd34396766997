"""The services moto carries out, with the gaps filled that are known."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from moto.core.common_types import TYPE_RESPONSE
from moto.core.exceptions import ServiceException
from moto.core.request import Request
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.iam.responses import IamResponse

from breakglass.sandbox.gaps import (
    absent_principals,
    aws_managed_policies,
    delete_conflicts,
    document_encoding,
    document_syntax,
    login_profiles,
    mfa_devices,
    nameless_users,
    names,
    paging,
    password_age,
    permissions_boundaries,
    quotas,
)
from breakglass.sandbox.gaps.access_analyzer import AccessAnalyzer
from breakglass.sandbox.gaps.account_paging import AccountPaging
from breakglass.sandbox.gaps.alarm_states import AlarmStates
from breakglass.sandbox.gaps.ambient_settings import AmbientSettings
from breakglass.sandbox.gaps.asked import Asked, Check
from breakglass.sandbox.gaps.attachments import Attachments
from breakglass.sandbox.gaps.bucket_defaults import BucketDefaults
from breakglass.sandbox.gaps.bus_policies import BusPolicies
from breakglass.sandbox.gaps.enabled_regions import EnabledRegions
from breakglass.sandbox.gaps.event_selectors import EventSelectors
from breakglass.sandbox.gaps.group_paths import GroupPaths
from breakglass.sandbox.gaps.key_identifiers import KeyIdentifiers
from breakglass.sandbox.gaps.log_groups import LogGroups
from breakglass.sandbox.gaps.metric_data import MetricData
from breakglass.sandbox.gaps.metric_filters import MetricFilters
from breakglass.sandbox.gaps.moved_entities import MovedEntities
from breakglass.sandbox.gaps.mute_rules import MuteRules
from breakglass.sandbox.gaps.objects import Objects
from breakglass.sandbox.gaps.policy_checks import PolicyChecks
from breakglass.sandbox.gaps.policy_details import PolicyDetails
from breakglass.sandbox.gaps.queue_attributes import QueueAttributes
from breakglass.sandbox.gaps.remediation_configurations import RemediationConfigurations
from breakglass.sandbox.gaps.role_updates import RoleUpdates
from breakglass.sandbox.gaps.root_keys import RootKeys
from breakglass.sandbox.gaps.rule_syntax import RuleSyntax
from breakglass.sandbox.gaps.security_hub_findings import SecurityHubFindings
from breakglass.sandbox.gaps.service_specific_credentials import ServiceSpecificCredentials
from breakglass.sandbox.gaps.sign_in_policies import SignInPolicies
from breakglass.sandbox.gaps.subscription_confirmation import SubscriptionConfirmation
from breakglass.sandbox.gaps.topic_attributes import TopicAttributes
from breakglass.sandbox.gaps.trails import Trails
from breakglass.sandbox.wire import wire

CHECKS: tuple[Check, ...] = (
    names.check,
    paging.check,
    nameless_users.check,
    document_syntax.check,
    absent_principals.check,
    aws_managed_policies.check,
    permissions_boundaries.check,
    login_profiles.check,
    mfa_devices.check,
    quotas.check,
    delete_conflicts.check,
)
"""In this order: what AWS finds in the request itself comes before what it finds in the account."""

_TRANSFORMERS = {
    **IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER,
    **document_encoding.TRANSFORMERS,
    **mfa_devices.TRANSFORMERS,
    **password_age.TRANSFORMERS,
    **permissions_boundaries.TRANSFORMERS,
}


class Iam(
    AmbientSettings,
    Attachments,
    GroupPaths,
    MovedEntities,
    PolicyDetails,
    RoleUpdates,
    RootKeys,
    ServiceSpecificCredentials,
    login_profiles.LoginProfiles,
    mfa_devices.MfaDevices,
    permissions_boundaries.UserBoundaries,
    paging.Paging,
):
    """IAM."""

    RESPONSE_KEY_PATH_TO_TRANSFORMER = _TRANSFORMERS

    def call_action(self) -> TYPE_RESPONSE:
        """Check what moto does not, then let it carry the operation out."""
        self.params.update(login_profiles.caller(self._get_action(), self.querystring))
        asked = Asked(self.backend, self._get_action(), self.params, self.access_key)
        try:
            for check in CHECKS:
                check(asked)
        except ServiceException as refusal:
            return self.serialized(ActionResult(refusal))
        return super().call_action()


class Organizations(AmbientSettings, AccountPaging):
    """Organizations."""

    def _get_action(self) -> str:
        """Return the operation of the header alone: moto would look into the body first."""
        return str(self.headers["X-Amz-Target"]).rpartition(".")[2]


class Analyzer(AmbientSettings, AccessAnalyzer, PolicyChecks):
    """IAM Access Analyzer."""


class Account(AmbientSettings, EnabledRegions):
    """Account Management."""


class CloudTrail(AmbientSettings, Trails, EventSelectors):
    """CloudTrail."""


class CloudWatch(AmbientSettings, AlarmStates, MetricData, MuteRules):
    """CloudWatch."""


class Config(AmbientSettings, RemediationConfigurations):
    """AWS Config."""


class EventBridge(AmbientSettings, BusPolicies, RuleSyntax):
    """EventBridge."""


class Kms(AmbientSettings, KeyIdentifiers):
    """KMS."""


class Logs(AmbientSettings, LogGroups, MetricFilters):
    """CloudWatch Logs."""


class S3(AmbientSettings, BucketDefaults, Objects):
    """S3."""

    @classmethod
    def dispatch(cls, request: Request, full_url: str, headers: object) -> TYPE_RESPONSE:
        """Answer a request on a bucket, or on an object in one."""
        named = urlsplit(full_url).path.strip("/")
        return (cls.key_dispatch if "/" in named else cls.bucket_dispatch)(request, full_url, headers)


class SecurityHub(AmbientSettings, SecurityHubFindings):
    """Security Hub."""


class SignIn(AmbientSettings, SignInPolicies):
    """AWS Sign-In: resource policies."""


class Sns(AmbientSettings, SubscriptionConfirmation, TopicAttributes):
    """SNS."""


class Sqs(AmbientSettings, QueueAttributes):
    """SQS."""


SERVICES: Mapping[str, type[BaseResponse]] = {
    "access-analyzer": Analyzer,
    "account": Account,
    "cloudtrail": CloudTrail,
    "config": Config,
    "events": EventBridge,
    "iam": Iam,
    "kms": Kms,
    "logs": Logs,
    "monitoring": CloudWatch,
    "organizations": Organizations,
    "s3": S3,
    "securityhub": SecurityHub,
    "signin": SignIn,
    "sns": Sns,
    "sqs": Sqs,
}
"""By the name a service is signed for."""

_UNNAMED = frozenset({"s3"})
"""Services whose operations have no methods of their names in moto."""


def knows(service: str, action: str) -> bool:
    """Tell whether an operation of one of these services exists and is carried out here."""
    exists = action in get_service_model(wire(service).model or wire(service).prefix).operation_names
    return exists and (service in _UNNAMED or hasattr(SERVICES[service], camelcase_to_underscores(action)))
