"""What the rules of the fast channel let through, in EventBridge's pattern language.

A rule narrows as little as it can: what it passes over, nobody is paged for. Only the last one, before the topic,
leaves out what the console does dozens of times for one person.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from breakglass import naming
from breakglass.documents import Json
from breakglass.trail.tampering import telling

_CALL: Final = "AWS API Call via CloudTrail"
_SIGN_IN: Final = "AWS Console Sign In via CloudTrail"
_ROLES: Final = f"role/{naming.ROLE_PREFIX}*"
_SESSIONS: Final = f"*:assumed-{_ROLES}"

_TOOLKIT: Final[Json] = {"prefix": naming.TOOLKIT_PREFIX}
_GROUP: Final[Json] = {"prefix": {"equals-ignore-case": naming.GROUP_PREFIX}}
_ROLE: Final[Json] = {"prefix": {"equals-ignore-case": naming.ROLE_PREFIX}}
_USER: Final[Json] = {"suffix": {"equals-ignore-case": naming.USER_SUFFIX}}

_IN_IAM: Final[Mapping[str, Sequence[Json]]] = {
    "groupName": (_GROUP,),
    "newGroupName": (_GROUP,),
    "newUserName": (_USER,),
    "policyArn": ({"wildcard": f"*:policy{naming.PATH}*"}, {"wildcard": f"*:policy/{naming.ROLE_PREFIX}*"}),
    "policyName": (_ROLE, _TOOLKIT),
    "roleName": (_ROLE, _TOOLKIT),
    "serialNumber": ({"wildcard": f"*:mfa{naming.PATH}*"},),
    "userName": (_USER,),
}
"""Parameters of IAM's calls that name something of ours, and how: IAM takes a name in any case.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

_WRITES: Final[Json] = [False, {"exists": False}]
"""What `readOnly` says of a call that changes something; records of version 1.05 do not say it."""

_SIGN_IN_POLICIES: Final = tuple(
    verb + what
    for verb in ("Delete", "Put")
    for what in ("ConsoleAuthorizationConfiguration", "ResourcePermissionStatement")
)
"""Calls that change who may sign in.

https://docs.aws.amazon.com/signin/latest/userguide/console-access-control.html
"""

_WHOEVER = {
    "account": ("EnableRegion",),
    "cloudtrail": (
        "DeleteTrail",
        "DeregisterOrganizationDelegatedAdmin",
        "PutEventConfiguration",
        "PutEventSelectors",
        "StopLogging",
        "UpdateTrail",
    ),
    "logs": ("PutAccountPolicy",),
    "monitoring": ("DeleteAlarmMuteRule", "PutAlarmMuteRule", "PutCompositeAlarm"),
    "organizations": ("DisableAWSServiceAccess",),
}
"""Calls of services that count whatever they name; no two services have one of the same name."""
_FILTERS: Sequence[Json] = ("AssociateKmsKey", {"prefix": "Delete"}, {"prefix": "Put"})
_ALARMS = ("DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm", "SetAlarmState")
_TOPICS = (
    "AddPermission",
    "DeleteTopic",
    "PutDataProtectionPolicy",
    "RemovePermission",
    "SetSubscriptionAttributes",
    "SetTopicAttributes",
    "Subscribe",
    "Unsubscribe",
)
_RULES = ("DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets")
_BUSES = ("DeleteEventBus", "PutPermission", "RemovePermission", "UpdateEventBus")
_KEYS = ("DeleteAlias", "DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion", "UpdateAlias")


def use(security: str) -> Json:
    """Return what is noticed in every region of the security account.

    A role of ours assumed by anybody, any call and sign-in of an emergency user or in a session of ours, anything root
    does or is made to do, and a policy of signing in changed, which may lock everybody out. A call that was refused
    tells the role in its message alone, one that was let through as IAM spells it in its answer alone; a sign-in that
    failed tells no ARN, and a session of GetFederationToken the user in its issuer.
    """
    users = f"*::{security}:user{naming.PATH}*"
    issuers: Json = [{"suffix": naming.USER_SUFFIX}, {"prefix": naming.ROLE_PREFIX}]
    return {
        "detail-type": [_CALL, _SIGN_IN],
        "detail": {
            "$or": [
                {
                    "eventSource": ["sts.amazonaws.com"],
                    "eventName": [{"prefix": "AssumeRole"}],
                    "requestParameters": {"roleArn": [{"wildcard": f"*:{_ROLES}"}]},
                },
                {"eventSource": ["sts.amazonaws.com"], "errorMessage": [{"wildcard": f"*{_ROLES}"}]},
                {"responseElements": {"assumedRoleUser": {"arn": [{"wildcard": _SESSIONS}]}}},
                {"userIdentity": {"arn": [{"wildcard": users}, {"wildcard": _SESSIONS}]}},
                {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": issuers}}}},
                {"userIdentity": {"userName": [{"suffix": naming.USER_SUFFIX}]}},
                {"userIdentity": {"type": ["Root"]}},
                {"eventSource": ["sts.amazonaws.com"], "eventName": ["AssumeRoot"]},
                {"eventSource": ["signin.amazonaws.com"], "eventName": list(_SIGN_IN_POLICIES)},
            ]
        },
    }


def change() -> Json:
    """Return what is noticed where IAM is logged: whatever changes the namespace or the rules of passwords."""
    named: list[Json] = [{"requestParameters": {name: list(values)}} for name, values in _IN_IAM.items()]
    named.append({"eventName": ["DeleteAccountPasswordPolicy", "UpdateAccountPasswordPolicy"]})
    return {
        "detail-type": [_CALL],
        "detail": {"eventSource": ["iam.amazonaws.com"], "readOnly": _WRITES, "$or": named},
    }


def tamper(log_group: str) -> Json:
    """Return what is noticed of those who work on alerting itself: on its names, or on what has none of ours."""
    ours, topic = [{"prefix": naming.ALERT_PREFIX}], [{"suffix": f":{naming.ALERTS}"}]
    group = [{"wildcard": f"*{telling(log_group)}*"}]
    whatever: Json = {
        "eventSource": [f"{service}.amazonaws.com" for service in _WHOEVER],
        "eventName": [name for names in _WHOEVER.values() for name in names],
    }
    return {
        "detail-type": [_CALL],
        "detail": {
            "$or": [
                whatever,
                _naming(_FILTERS, logGroupName=group, logGroupIdentifier=group, resourceIdentifier=group),
                _naming(_ALARMS, alarmName=[_TOOLKIT], alarmNames=[_TOOLKIT]),
                _naming(
                    _TOPICS,
                    topicArn=topic,
                    resourceArn=topic,
                    subscriptionArn=[{"wildcard": f"*:{naming.ALERTS}:*"}],
                ),
                _naming(_RULES, name=ours, rule=ours),
                _naming(({"wildcard": "*Bucket*"},), bucketName=[{"prefix": f"{naming.CHANNEL_PREFIX}-trail-"}]),
                _calls("events", _BUSES),
                _calls("kms", _KEYS),
                _naming(("DeleteQueue", "SetQueueAttributes"), queueUrl=[{"suffix": f"/{naming.UNDELIVERED}"}]),
            ]
        },
    }


def page() -> Json:
    """Return what of all that is forwarded reaches people, one message an event.

    What a user of ours calls elsewhere is always refused, and the console calls dozens of things for whoever looks at
    a page: that is left to the log. Root's reads are too.
    """
    signs: list[Json] = ["AuthorizeOAuth2Access", "ConsoleLogin", {"prefix": "CreateOAuth2Token"}, "SwitchRole"]
    signs += ["GetSigninToken", "PasswordRecoveryRequested", "PasswordUpdated", *_SIGN_IN_POLICIES]
    tokens: list[Json] = [{"prefix": "AssumeRole"}, "AssumeRoot", "GetFederationToken", "GetSessionToken"]
    tokens.append("GetWebIdentityToken")
    return {
        "detail": {
            "$or": [
                {"eventSource": ["sts.amazonaws.com"], "eventName": tokens},
                {"eventSource": ["signin.amazonaws.com"], "eventName": signs},
                {"eventSource": [{"anything-but": ["sts.amazonaws.com", "signin.amazonaws.com"]}], "readOnly": _WRITES},
            ]
        }
    }


MESSAGE: Mapping[str, Json] = {
    "InputPathsMap": {
        "account": "$.account",
        "alarm": "$.detail.requestParameters.alarmName",
        "error": "$.detail.errorCode",
        "event": "$.detail.eventName",
        "id": "$.detail.eventID",
        "ip": "$.detail.sourceIPAddress",
        "group": "$.detail.requestParameters.logGroupName",
        "name": "$.detail.requestParameters.name",
        "policy": "$.detail.requestParameters.policyArn",
        "region": "$.detail.awsRegion",
        "role": "$.detail.requestParameters.roleArn",
        "rolename": "$.detail.requestParameters.roleName",
        "rule": "$.detail.requestParameters.rule",
        "team": "$.detail.requestParameters.groupName",
        "session": "$.detail.requestParameters.roleSessionName",
        "time": "$.detail.eventTime",
        "topic": "$.detail.requestParameters.topicArn",
        "user": "$.detail.userIdentity.userName",
        "username": "$.detail.requestParameters.userName",
        "who": "$.detail.userIdentity.arn",
    },
    "InputTemplate": "\n".join(
        (
            '"Break-glass: <event> <error> by <who> <user>"',
            '"from <ip>"',
            '"upon: <role> <session> <rolename> <username> <team> <policy> <alarm> <rule> <name> <topic> <group>"',
            '"where and when: account <account>, <region>, <time>"',
            '"If nobody announced it, take it for an attack: open an incident and end the sessions."',
            '"event: <id>"',
        )
    ),
}
"""How an event is told. A path that leads to nothing leaves its place empty.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""


def _calls(service: str, names: Sequence[str]) -> Json:
    """Return calls of a service by their names."""
    return {"eventSource": [f"{service}.amazonaws.com"], "eventName": list(names)}


def _naming(names: Sequence[Json], **parameters: Sequence[Json]) -> Json:
    """Return calls by their names and by what any one of some parameters says, which tells the service too."""
    told: list[Json] = [{name: list(values)} for name, values in parameters.items()]
    return {"eventName": list(names), "requestParameters": told[0] if len(told) == 1 else {"$or": told}}
