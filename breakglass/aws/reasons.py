"""What AWS and its SDK give as reasons, sorted by who must act, and the advice for each."""

from collections.abc import Mapping

from botocore import exceptions as sdk
from botocore.exceptions import BotoCoreError

CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Codes that speak of the caller's credentials.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "NotAuthorized",
        "OptInRequired",
        "UnauthorizedOperation",
    }
)
"""Codes that say no to a caller AWS knows."""

UNAVAILABLE = frozenset(
    {
        "BandwidthLimitExceeded",
        "InternalError",
        "InternalFailure",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceFailure",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes of throttling and of failures on the side of AWS, besides every answer of HTTP status 429 or 5xx.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

UNAVAILABLE_ADVICE = "run the same command again: it continues; if it stays, see health.aws.amazon.com and the network"

DENIED_ADVICE = (
    ("service control policy", "a service control policy forbids it: exempt the provisioning role in that policy"),
    ("resource control policy", "a resource control policy forbids it: exempt the provisioning role in that policy"),
    ("permissions boundary", "the permissions boundary of the provisioning role forbids it: widen that boundary"),
    ("no identity-based policy", "give the provisioning role a policy that allows it"),
)
"""What AWS says of the reason -> advice.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

_AGAIN = "run the command again: the next run sees what exists, also what was made only in part; "
_BUSY = "something else is changing it: wait a minute and run the command again"
_FULL = "raise this quota of the account in Service Quotas, or delete what it is no longer needed for"
_PRINCIPALS = (
    "a principal the document names does not exist, or not everywhere yet: "
    "see that it does, wait a minute and run the command again"
)
_RECENTLY = "a queue of this name was deleted less than 60 seconds ago: wait a minute and run the command again"
_TAKEN = _AGAIN + "if it stays, something that is not ours has this name: rename that one"
_TRAIL_BUCKET = "see that the bucket in the audit account and its policy were made, then run the command again"

REJECTED_ADVICE: Mapping[str, str] = {
    "AWSOrganizationsNotInUseException": "use credentials of an account that is in the organization",
    "ConcurrentModificationException": _BUSY,
    "ConstraintViolationException": "an organization has its limits: at most ten policies of a kind upon one target, "
    "for one; detach or merge what is no longer needed, then run the command again",
    "DuplicatePolicyException": "a service control policy of this name exists and is not ours: rename that one",
    "ConcurrentModification": _BUSY,
    "DeleteConflict": "something still uses it, perhaps as a permissions boundary: detach it there and run again",
    "EntityAlreadyExists": _AGAIN + "if it stays, a resource outside the namespace has this name: rename that one",
    "EntityTemporarilyUnmodifiable": "AWS is still making it: wait a minute and run the command again",
    "LimitExceeded": _FULL,
    "MalformedPolicyDocument": _PRINCIPALS,
    "ParentNotFoundException": "the organizational unit was deleted, or is of another organization: mend its id in the "
    "manifest, or take it out",
    "PasswordPolicyViolation": "the account's password policy asks for more than 24 characters of four kinds, which is "
    "what is made here: see who changed it",
    "NoSuchEntity": "it was deleted meanwhile, or has not arrived everywhere yet: run the command again",
    # Keys
    "AlreadyExistsException": _TAKEN,
    "KMSInvalidStateException": "see what state the key is in, and enable it or call off its deletion",
    "LimitExceededException": _FULL,
    "MalformedPolicyDocumentException": _PRINCIPALS,
    # Queues
    "AWS.SimpleQueueService.QueueDeletedRecently": _RECENTLY,
    "QueueAlreadyExists": _TAKEN,
    "QueueDeletedRecently": _RECENTLY,
    "QueueNameExists": _TAKEN,
    # Event buses, rules, log groups
    "OperationAbortedException": _BUSY,
    "ResourceAlreadyExistsException": _TAKEN,
    "ResourceNotFoundException": "what it belongs to is not there, such as the log group or the event bus: see that "
    "the manifest names the right one, then run the command again",
    # Trails
    "ConflictException": _BUSY,
    "InsufficientS3BucketPolicyException": _TRAIL_BUCKET,
    "MaximumNumberOfTrailsExceededException": "a region has at most five trails: delete one that is no longer needed",
    "S3BucketDoesNotExistException": _TRAIL_BUCKET,
    "TrailAlreadyExistsException": _TAKEN,
    # Buckets
    "BucketAlreadyExists": "another account of AWS holds a bucket of this name: choose another alerts.second_region",
    "BucketAlreadyOwnedByYou": _TAKEN,
    "MalformedPolicy": _PRINCIPALS,
    "OperationAborted": _BUSY,
}

SDK_FAILURES: tuple[tuple[tuple[type[BotoCoreError], ...], str, str], ...] = (
    (
        (sdk.NoCredentialsError,),
        "there are no AWS credentials",
        "name a profile with --profile or AWS_PROFILE, or sign in with `aws login` or `aws sso login`",
    ),
    ((sdk.PartialCredentialsError,), "the AWS credentials are incomplete", "give both parts of the key, or neither"),
    ((sdk.ProfileNotFound,), "there is no such AWS profile", "see `aws configure list-profiles`"),
    (
        (sdk.SSOError, sdk.TokenRetrievalError, sdk.NoAuthTokenError, sdk.UnknownTokenProviderError),
        "the single sign-on session is absent or has expired",
        "run `aws sso login` with this profile",
    ),
    ((sdk.LoginError,), "the sign-in session is absent or has expired", "run `aws login` with this profile"),
    (
        (sdk.MissingDependencyException,),
        "these AWS credentials need a part that is not installed",
        "install it, in the clone: pip install '.[login]'",
    ),
    (
        (sdk.CredentialRetrievalError, sdk.MetadataRetrievalError, sdk.RefreshWithMFAUnsupportedError),
        "the AWS credentials cannot be obtained",
        "try `aws sts get-caller-identity` with this profile and mend what it says",
    ),
    ((sdk.UnknownCredentialError,), "the AWS profile names an unknown source of credentials", "mend the profile"),
    (
        (
            sdk.ConfigNotFound,
            sdk.ConfigParseError,
            sdk.EndpointProviderError,
            sdk.InvalidConfigError,
            sdk.InvalidDefaultsMode,
            sdk.InvalidEndpointConfigurationError,
            sdk.InvalidProxiesConfigError,
            sdk.InvalidRegionError,
            sdk.InvalidRetryConfigurationError,
            sdk.InvalidSTSRegionalEndpointsConfigError,
            sdk.NoRegionError,
            sdk.UnknownEndpointError,
        ),
        "the AWS configuration cannot be used",
        "mend ~/.aws/config and ~/.aws/credentials, and the environment variables that begin with AWS_",
    ),
)
"""Failures of the SDK before any call -> message, advice."""

UNREACHABLE = (sdk.ConnectionError, sdk.HTTPClientError)
"""Failures of the network: no answer came, or not all of it."""
