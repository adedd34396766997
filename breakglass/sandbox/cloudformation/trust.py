"""Who may operate service-managed StackSets: the management account, and whom it registered, if it trusts the service.

moto knows neither the delegated administrators of StackSets nor what trusted access is for. Seen in 5.2.5.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
"""

from moto.organizations.models import FakeDelegatedAdministrator, OrganizationsBackend

from breakglass.manifest.model import Manifest
from breakglass.sandbox.cloudformation.template import invalid
from breakglass.sandbox.judgement.held import Held

MEMBERS = "member.org.stacksets.cloudformation.amazonaws.com"
"""The service that is trusted."""
DELEGATES = "stacksets.cloudformation.amazonaws.com"
"""The service whose administration is delegated."""


def seed(backend: OrganizationsBackend, manifest: Manifest) -> None:
    """Trust the service where the manifest lets StackSets deliver, and register the administrator it names."""
    if manifest.engine != "stacksets":
        return
    give(backend, trusted=True)
    delegated = manifest.stacksets.administrator_account if manifest.stacksets else None
    if delegated is not None and delegated != manifest.management_account.id:
        administrator = FakeDelegatedAdministrator(backend.get_account_by_id(delegated))
        administrator.services[DELEGATES] = {"ServicePrincipal": DELEGATES, "DelegationEnabledDate": 0}
        backend.admins.append(administrator)


def give(backend: OrganizationsBackend, *, trusted: bool) -> None:
    """Trust the service, or no more."""
    if trusted:
        backend.enable_aws_service_access(ServicePrincipal=MEMBERS)
    else:
        backend.disable_aws_service_access(ServicePrincipal=MEMBERS)


def owner(held: Held, account: str, call_as: str, *, service_managed: bool) -> str:
    """Return whose StackSets a caller speaks of; raises ApiError where the caller may not operate them."""
    backend = held.organizations
    if call_as == "DELEGATED_ADMIN":
        delegated = any(each.account.id == account and DELEGATES in each.services for each in backend.admins)
        if not delegated or account == held.management:
            raise invalid("Account used is not a delegated administrator")
        account = held.management
    elif service_managed and account != held.management:
        raise invalid(
            "You must be the management account or delegated admin account of an organization before operating a"
            " SERVICE_MANAGED stack set"
        )
    if service_managed and not any(each["ServicePrincipal"] == MEMBERS for each in backend.services):
        raise invalid("You must enable organizations access to operate a service managed stack set")
    return account
