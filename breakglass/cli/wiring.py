"""The composition root: real AWS behind the ports."""

from collections.abc import Collection
from functools import partial
from secrets import token_hex

from breakglass.assure.analysis import analysis
from breakglass.assure.canary import Watch
from breakglass.assure.evidence import Inquiry
from breakglass.assure.probing import probes
from breakglass.aws import enter as entering
from breakglass.aws import failures
from breakglass.aws import organization as organizations
from breakglass.aws.api_models import AwsApiModels
from breakglass.aws.canary import AwsCanary
from breakglass.aws.clients import RoleCredentials
from breakglass.aws.estate import AwsEstate, SystemClock
from breakglass.aws.operations import OPERATIONS
from breakglass.aws.organization import AwsOrganization
from breakglass.aws.policy_analyzer import AwsPolicyAnalyzer
from breakglass.aws.probe import AwsProbe
from breakglass.aws.sessions import Sessions
from breakglass.aws.sign_in import AwsSignIn
from breakglass.aws.stacks.stacks import AwsStacks
from breakglass.aws.trail_log import AwsTrailLog
from breakglass.manifest.model import Manifest
from breakglass.manifest.starter import Organization
from breakglass.respond.enrolment.means import Means


def sessions(manifest: Manifest, profile: str | None) -> Sessions:
    """Return sessions in the accounts of the manifest, from the standard credential chain or a profile.

    Raises CredentialsError where there are no credentials that AWS accepts, RefusedError where they belong to another
    organization.
    """
    found = Sessions(
        profile=profile,
        provisioning_role=manifest.provisioning_role,
        partition=manifest.partition,
        regions=manifest.regions,
    )
    organizations.require(found, manifest.organization, manifest.management_account.id)
    return found


def estate(manifest: Manifest, profile: str | None) -> AwsEstate:
    """Return the organization's accounts as AWS has them."""
    return estate_of(sessions(manifest, profile))


def estate_of(sessions: Sessions) -> AwsEstate:
    """Return the accounts these sessions reach."""
    return AwsEstate(sessions, SystemClock())


def enrolment(manifest: Manifest, profile: str | None) -> Means:
    """Return the security account as far as enrolment needs it."""
    found = sessions(manifest, profile)
    return Means(estate_of(found), AwsSignIn(found, manifest, clock()), clock())


def watch(manifest: Manifest, profile: str | None) -> Watch:
    """Return what listens to how a use is noticed."""
    found = sessions(manifest, profile)
    return Watch(AwsCanary(found, manifest), AwsTrailLog(found, manifest.trail), SystemClock())


def inquiries(manifest: Manifest, profile: str | None, controls: Collection[str]) -> tuple[Inquiry, ...]:
    """Return what these controls ask of AWS once everything is read: nothing that none of them needs."""
    found = sessions(manifest, profile)
    asked = {
        "probe": probes(AwsProbe(found, manifest), clock(), partial(token_hex, 4)),
        "second-opinion": analysis(AwsPolicyAnalyzer(found, manifest)),
    }
    return tuple(inquiry for control, inquiry in asked.items() if control in controls)


def units(manifest: Manifest, profile: str | None) -> AwsOrganization:
    """Return what says which accounts are in the organizational units of a manifest."""
    return AwsOrganization(sessions(manifest, profile), manifest.management_account.id)


def stacks(manifest: Manifest, profile: str | None) -> AwsStacks:
    """Return CloudFormation, as far as it delivers what a manifest says."""
    return AwsStacks(sessions(manifest, profile), manifest, clock())


def filter_test(manifest: Manifest, profile: str | None) -> AwsTrailLog:
    """Return filter patterns as CloudWatch Logs matches them where the alerts of a manifest are."""
    return AwsTrailLog(sessions(manifest, profile), manifest.trail)


def organization(profile: str | None) -> Organization:
    """Ask AWS what the caller's organization is."""
    return organizations.describe(Sessions(profile=profile))


api_models = AwsApiModels
clock = SystemClock
operations = OPERATIONS

enter = entering.enter
translated = failures.translated
Credentials = RoleCredentials
