"""The composition root of the function: real AWS behind the ports, as the verification role."""

from functools import partial
from secrets import token_hex

from breakglass import naming
from breakglass.assure.analysis import analysis
from breakglass.assure.probing import probes
from breakglass.aws.estate import AwsEstate, SystemClock
from breakglass.aws.evidence_store import S3EvidenceStore
from breakglass.aws.findings_hub import SecurityHub
from breakglass.aws.meter import CloudWatchMeter
from breakglass.aws.organization import AwsOrganization
from breakglass.aws.policy_analyzer import AwsPolicyAnalyzer
from breakglass.aws.probe import AwsProbe
from breakglass.aws.sessions import Sessions
from breakglass.errors import RefusedError
from breakglass.manifest.model import Manifest
from breakglass.scheduled.ports import Ports
from breakglass.scheduled.settings import Settings
from breakglass.scheduled.step import SECOND_OPINION

_PROBE = "probe"


def ports(manifest: Manifest, settings: Settings) -> Ports:
    """Return AWS as the verification role of a manifest reaches it: every account through the verifier there.

    Raises CredentialsError where there are no credentials, RefusedError where they are not of that role: whatever else
    could read the accounts may do more than that.
    """
    sessions = Sessions(
        provisioning_role=f"{naming.PATH.strip('/')}/{naming.VERIFIER}",
        partition=manifest.partition,
        regions=manifest.regions,
        everywhere=True,
    )
    _require_role(sessions, manifest)
    clock = SystemClock()
    bucket = settings.bucket or naming.evidence_bucket(manifest.audit_account, settings.region)
    return Ports(
        estate=AwsEstate(sessions, clock),
        organization=AwsOrganization(sessions, manifest.management_account.id),
        store=S3EvidenceStore(sessions, bucket, settings.region, settings.key),
        hub=SecurityHub(sessions, settings.region) if settings.security_hub else None,
        meter=CloudWatchMeter(sessions, settings.region),
        clock=clock,
        region=settings.region,
        inquiries={
            _PROBE: probes(AwsProbe(sessions, manifest), clock, partial(token_hex, 4)),
            SECOND_OPINION: analysis(AwsPolicyAnalyzer(sessions, manifest)),
        },
    )


def _require_role(sessions: Sessions, manifest: Manifest) -> None:
    role = naming.verification_arn(manifest.partition, manifest.audit_account)
    caller = sessions.identity()
    if not caller.is_session_of(role):
        raise RefusedError(
            f"the function runs as {caller.arn}, and not as {role}",
            subject=role,
            advice="give the function that role, which `breakglass apply` makes, in the manifest's audit account",
        )
