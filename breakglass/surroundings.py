"""What surrounds emergency access in an account, as it was read: nobody desires it here, and others change it."""

from dataclasses import dataclass
from typing import TypeAlias

from breakglass.documents import Document
from breakglass.resources import Scope


@dataclass(frozen=True, slots=True)
class RootUser:
    """The root user of an account."""

    scope: Scope
    has_access_keys: bool


@dataclass(frozen=True, slots=True)
class SecurityContact:
    """Whether AWS knows whom to tell of security matters in an account, besides its root user's mailbox."""

    scope: Scope
    is_there: bool


@dataclass(frozen=True, slots=True)
class AutomaticRemediation:
    """What AWS Config does by itself about whatever does not comply with a rule."""

    scope: Scope
    rule_name: str
    source_identifier: str
    """Of a managed rule what AWS calls it, such as `IAM_USER_UNUSED_CREDENTIALS_CHECK`; else the ARN of a function."""
    target_id: str
    """The name of the automation document that is started, or its ARN."""


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """Who may sign in to the console of an account, and from where."""

    scope: Scope
    document: Document
    is_in_force: bool
    """Whether console authorization is enabled: the policy means nothing before it is."""


@dataclass(frozen=True, slots=True)
class OrganizationAnalyzers:
    """The analyzers of external access that watch the whole organization, in one region."""

    scope: Scope
    arns: tuple[str, ...]
    """Those that are active."""


@dataclass(frozen=True, slots=True)
class ExternalAccess:
    """An active finding of IAM Access Analyzer: somebody outside the organization gets into a role of our namespace."""

    scope: Scope
    """Where the role is."""
    role_arn: str
    principals: tuple[str, ...]
    """Such as `AWS: arn:aws:iam::555555555555:root`, in alphabetical order."""
    error: str = ""
    """Why it could not be analyzed, where it could not, such as `ACCESS_DENIED`."""


Surroundings: TypeAlias = (
    RootUser | SecurityContact | AutomaticRemediation | SignInPolicy | OrganizationAnalyzers | ExternalAccess
)
