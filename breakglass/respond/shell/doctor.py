"""What would stop a person right now: each check over what was found, with the next command where it fails.

Nothing is called here: the circumstances are found by whoever asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from breakglass import naming
from breakglass.assuming import Probe, Source
from breakglass.checks import Check, Outcome
from breakglass.errors import BreakglassError, CredentialsError
from breakglass.manifest.model import Manifest
from breakglass.respond.shell.granted import users_in_reserve, users_who_may
from breakglass.respond.shell.identity import SIGN_IN, emergency_user
from breakglass.respond.target import Target, may_be_in_a_unit

_WARNING, _LIMIT = 60, 300
"""Seconds between our clock and that of AWS, which takes no request that is more than five minutes off.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What was found on this machine, and of AWS."""

    manifest: Manifest | BreakglassError
    target: Target | BreakglassError | None
    """What is to be carried out; None where nothing was named."""
    source: Source | BreakglassError
    probes: Sequence[Probe]
    """One for each region, in their order."""
    session: str
    """The session that this shell is in already; empty for none."""
    has_login_extra: bool
    aws_cli: str
    """What `aws --version` says; empty where there is none."""
    endpoint: str
    """Of AWS_ENDPOINT_URL, without what may be secret in it; empty where it is not set."""


def checks(found: Circumstances) -> Sequence[Check]:
    """Return what was checked, in the order in which it would stop somebody."""
    return [
        *_manifest(found),
        *_target(found),
        _nesting(found.session),
        *_credentials(found),
        *_identity(found),
        *_clock(found.probes),
        *_regions(found.probes),
        _login_extra(found),
        _aws_cli(found.aws_cli),
        *_endpoint(found.endpoint),
    ]


def _manifest(found: Circumstances) -> Iterator[Check]:
    if isinstance(found.manifest, BreakglassError):
        yield _failed("manifest", found.manifest)
    else:
        yield Check("manifest", Outcome.OK, found.manifest.name)


def _target(found: Circumstances) -> Iterator[Check]:
    if isinstance(found.target, BreakglassError):
        yield _failed("playbook", found.target)
    elif found.target is not None and isinstance(found.manifest, Manifest):
        yield _permitted(found.manifest, found.target, _user(found))


def _permitted(manifest: Manifest, target: Target, user: str) -> Check:
    label = f"{target.account_name}/{target.playbook}"
    if not user:
        return Check("playbook", Outcome.UNKNOWN, f"{label}; whether you may is not known before you are signed in")
    users = frozenset(users_who_may(manifest, target))
    if user in users and may_be_in_a_unit(manifest, target.account):
        detail = f"{label}: only AWS knows whether the account is in a unit in which a team of {user} may"
        return Check("playbook", Outcome.UNKNOWN, detail)
    if user in users:
        return Check("playbook", Outcome.OK, f"{label}: a team of {user} may")
    if user in users_in_reserve(manifest, target):
        detail = f"{label}: {user} is in reserve, and only AWS knows whether somebody moved them into a team that may"
        return Check("playbook", Outcome.UNKNOWN, detail, f"if not, call who carries out {naming.GRANT_ACCESS}")
    may = [each.name for each in manifest.responders if naming.user_name(each.id) in users]
    advice = f"call one of those who may: {', '.join(may) or 'nobody'}"
    return Check("playbook", Outcome.PROBLEM, f"{label}: no team of {user} may", advice)


def _nesting(session: str) -> Check:
    if session:
        return Check(
            "shell", Outcome.PROBLEM, f"this shell is in a session of {session} already", "leave it with `exit`"
        )
    return Check("shell", Outcome.OK, "in no session yet")


def _credentials(found: Circumstances) -> Iterator[Check]:
    if isinstance(found.source, BreakglassError):
        yield _failed("credentials", found.source)
        return
    refusal = next((each.failure for each in found.probes if isinstance(each.failure, CredentialsError)), None)
    if refusal is not None and not any(each.arn for each in found.probes):
        yield _failed("credentials", refusal)
        return
    if found.source.is_temporary:
        yield Check("credentials", Outcome.OK, "temporary ones")
        detail = "only AWS knows whether these credentials carry MFA; the roles demand it"
        yield Check("mfa", Outcome.UNKNOWN, detail, "if you signed in without MFA, sign in again with it")
    else:
        yield Check("credentials", Outcome.PROBLEM, "a long-term key, which no emergency user has", SIGN_IN)
        yield Check("mfa", Outcome.PROBLEM, "a long-term key never carries MFA, and the roles demand it", SIGN_IN)


def _identity(found: Circumstances) -> Iterator[Check]:
    arn = _arn(found)
    if not arn or not isinstance(found.manifest, Manifest):
        return
    try:
        user = emergency_user(arn, found.manifest.partition, found.manifest.security_account)
    except CredentialsError as error:
        yield _failed("identity", error)
    else:
        yield Check("identity", Outcome.OK, user)


def _clock(probes: Sequence[Probe]) -> Iterator[Check]:
    skew = next((each.skew for each in probes if each.skew is not None), None)
    if skew is None:
        return
    detail = f"{abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} AWS"
    advice = "set this machine's clock: AWS takes no request that is more than five minutes off"
    if abs(skew) > _LIMIT:
        yield Check("clock", Outcome.PROBLEM, detail, advice)
    elif abs(skew) > _WARNING:
        yield Check("clock", Outcome.WARNING, detail, advice)
    else:
        yield Check("clock", Outcome.OK, detail)


def _regions(probes: Sequence[Probe]) -> Iterator[Check]:
    """Yield whether STS answers in each region, whatever it says: one that does is enough."""
    outcome = Outcome.WARNING if any(map(_answered, probes)) else Outcome.PROBLEM
    advice = "see to the network and to proxies; one region that answers is enough"
    for probe in probes:
        name = f"sts {probe.region}"
        if _answered(probe):
            yield Check(name, Outcome.OK, f"answers in {probe.seconds * 1000:.0f} ms")
        else:
            yield Check(name, outcome, f"{probe.failure}", advice)


def _answered(probe: Probe) -> bool:
    return probe.failure is None or probe.skew is not None


def _login_extra(found: Circumstances) -> Check:
    if found.has_login_extra:
        return Check("aws login", Outcome.OK, "can be used")
    outcome = Outcome.PROBLEM if isinstance(found.source, BreakglassError) else Outcome.WARNING
    detail = "its sessions cannot be used: an optional part of the installation is absent"
    return Check("aws login", outcome, detail, "install it, in the clone: pip install '.[login]'")


def _aws_cli(version: str) -> Check:
    if not version:
        return Check(
            "aws CLI", Outcome.WARNING, "there is none, and so no `aws login`", "install version 2 of the AWS CLI"
        )
    if version.startswith("aws-cli/1."):
        advice = "install version 2 of the AWS CLI, 2.32.0 at least, beside it"
        return Check("aws CLI", Outcome.WARNING, f"{version}, which has no `aws login`", advice)
    return Check("aws CLI", Outcome.OK, version)


def _endpoint(endpoint: str) -> Iterator[Check]:
    if endpoint:
        detail = f"AWS_ENDPOINT_URL leads to {endpoint}, and not to AWS"
        yield Check("endpoint", Outcome.WARNING, detail, "unset AWS_ENDPOINT_URL, unless this is the sandbox")


def _arn(found: Circumstances) -> str:
    said = next((each.arn for each in found.probes if each.arn), "")
    return said or ("" if isinstance(found.source, BreakglassError) else found.source.arn)


def _user(found: Circumstances) -> str:
    return _arn(found).rpartition("/")[2]


def _failed(name: str, error: BreakglassError) -> Check:
    return Check(name, Outcome.PROBLEM, error.message.replace("\n", "; "), error.advice)
