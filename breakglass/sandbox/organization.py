"""The organization of the manifest, in moto: its id, its accounts with their ids and names, and their first roles.

Each organizational unit of the manifest has two accounts that the manifest does not list.

moto draws ids at random and keeps copies of them in what it makes; here they are set to the manifest's.
"""

from collections.abc import Iterator

from moto.account.models import account_backends
from moto.cloudtrail.models import cloudtrail_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.config.models import config_backends
from moto.core.model_instances import reset_model_data
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.organizations.models import OrganizationsBackend, organizations_backends
from moto.s3.models import s3_backends
from moto.securityhub.models import securityhub_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.sandbox import alerting
from breakglass.sandbox.cloudformation import administration, trust
from breakglass.sandbox.gaps import access_analyzer
from breakglass.sandbox.gaps.enabled_regions import enable
from breakglass.sandbox.role import ADMINISTRATOR, EVERYTHING, make_role
from breakglass.sandbox.sessions import LONG_TERM, Session

_EACH = 2
"""Accounts in each organizational unit of the manifest, so that it can be tried."""


def seed(manifest: Manifest, administrator: Session) -> None:
    """Throw away all state and make the accounts of the manifest, and its organizational units with theirs.

    The management account has its administrator, a user with an access key; every other its provisioning role. Both
    may do anything, by a policy of their own. Enabled are the regions the manifest says are, AWS knows whom to tell of
    security matters, and an analyzer of the audit account watches the organization.
    """
    reset_model_data()
    for backends in _BACKENDS:
        backends.clear()
    organizations_backends.master_accounts.clear()
    s3_backends.bucket_accounts.clear()
    management = manifest.management_account.id
    backend = organizations_backends[management][manifest.partition]
    backend.create_organization(manifest.regions[0])
    backend.enable_policy_type(RootId=backend.ou[0].id, PolicyType="SERVICE_CONTROL_POLICY")
    members = [account for account in manifest.account_ids if account != management]
    for account in members:
        join(backend, manifest, account, manifest.account_name(account))
    for unit in manifest.organizational_units:
        backend.create_organizational_unit(ParentId=backend.ou[0].id, Name=unit.name)
        backend.ou[-1].id = unit.id
    _rename(backend, manifest)
    iam_backends.clear()
    for account in manifest.account_ids:
        iam_backends[account][manifest.partition].reset()
    _user(manifest, administrator)
    for account in members:
        _provisioning_role(manifest, account)
    for account in manifest.account_ids:
        _furnish(manifest, account)
    access_analyzer.watch(account_backends[manifest.audit_account][manifest.partition], manifest.regions[0])
    for unit_id, account, name in _in_units(manifest):
        open_account(backend, manifest, unit_id, account, name)
    alerting.seed(manifest)
    trust.seed(backend, manifest)
    administration.seed(manifest)


def open_account(backend: OrganizationsBackend, manifest: Manifest, unit: str, account: str, name: str) -> None:
    """Make an account under an organizational unit, with its provisioning role, as AWS Organizations does."""
    join(backend, manifest, account, name)
    backend.accounts[-1].parent_id = unit
    iam_backends[account][manifest.partition].reset()
    _provisioning_role(manifest, account)
    _furnish(manifest, account)


def _furnish(manifest: Manifest, account: str) -> None:
    """Give an account what a well-kept one has."""
    backend = account_backends[account][manifest.partition]
    enable(backend, manifest.alerts.regions)
    address = f"security@{manifest.name}.example"
    backend.put_alternate_contact("SECURITY", address, "Security", "+1 555 0100", "On duty")


def _in_units(manifest: Manifest) -> Iterator[tuple[str, str, str]]:
    """Yield the unit, the id and the name of each account that the manifest does not list."""
    number = 700000000001
    for unit in manifest.organizational_units:
        for count in range(1, _EACH + 1):
            while str(number) in manifest.account_ids:
                number += 1
            yield unit.id, str(number), f"{unit.name[:48]}-{count}"
            number += 1


_BACKENDS = (
    account_backends,
    cloudtrail_backends,
    cloudwatch_backends,
    config_backends,
    events_backends,
    kms_backends,
    logs_backends,
    organizations_backends,
    s3_backends,
    securityhub_backends,
    sns_backends,
    sqs_backends,
)


def join(backend: OrganizationsBackend, manifest: Manifest, account: str, name: str) -> None:
    """Let the organization have an account under its root."""
    backend.create_account(AccountName=name, Email=_email(manifest, account))
    made = backend.accounts[-1]
    iam_backends.pop(made.id, None)  # moto has put a role there
    organizations_backends.master_accounts[account] = organizations_backends.master_accounts.pop(made.id)
    made.id = account


def _rename(backend: OrganizationsBackend, manifest: Manifest) -> None:
    """Give what CreateOrganization made the names of the manifest, and everything its organization's id."""
    management = backend.accounts[0]
    management.name = manifest.management_account.name
    management.email = _email(manifest, management.id)
    vars(backend.org).update(id=manifest.organization, master_account_email=management.email)
    for made in (*backend.ou, *backend.policies, *backend.accounts):
        vars(made)["organization_id"] = manifest.organization


def _user(manifest: Manifest, administrator: Session) -> None:
    backend = iam_backends[administrator.account][manifest.partition]
    user = backend.create_user(manifest.partition, administrator.arn.rpartition("/")[2], "/")
    user.id = administrator.identifier
    key = user.create_access_key(LONG_TERM)
    key.access_key_id, key.secret_access_key = administrator.access_key, administrator.secret
    backend.access_keys[key.access_key_id] = key
    user.put_policy(ADMINISTRATOR, EVERYTHING)


def _provisioning_role(manifest: Manifest, account: str) -> None:
    principal = {"AWS": naming.root_arn(manifest.partition, manifest.management_account.id)}
    iam = iam_backends[account][manifest.partition]
    make_role(iam, manifest.provisioning_role, principal, ADMINISTRATOR, EVERYTHING)


def _email(manifest: Manifest, account: str) -> str:
    return f"{account}@{manifest.name}.example"
