"""Controls of what people sign in with: all who are meant to can, each with a device of their own, and nobody else."""

from collections.abc import Collection, Iterable, Iterator

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.estate.enrolment import Entry, Standing, enrolments, register
from breakglass.estate.wording import counted
from breakglass.facts import Enrolment, UnassignedDevice
from breakglass.findings import Finding, Severity
from breakglass.resources import Key, Scope


def enrolment(evidence: Evidence) -> Iterator[Finding]:
    """Tell everybody of the manifest who has a user of ours and cannot sign in with it as it is.

    Whoever has a password and none but a foreign device is told with the device.
    """
    for entry in register(evidence.manifest, evidence.observation):
        key = Key(evidence.manifest.scope(evidence.manifest.security_account), resources.USER, entry.user)
        fact = entry.enrolment or Enrolment(key.scope, entry.user)
        waits = entry.standing in (Standing.NOT_ENROLLED, Standing.PENDING) and key in evidence.observation.state
        if waits and not _only_foreign(fact):
            yield _incomplete(entry, fact)


def devices(evidence: Evidence) -> Iterator[Finding]:
    """Tell every virtual device that is not its person's own, or nobody's, and everybody with too few of their own."""
    people, least = register(evidence.manifest, evidence.observation), evidence.manifest.limits.minimum_devices
    for entry in people:
        if entry.enrolment is not None:
            if entry.enrolment.foreign_devices:
                yield _foreign(entry, entry.enrolment)
            if entry.enrolment.password_since and 0 < len(entry.enrolment.own_devices) < least:
                yield _few(entry, len(entry.enrolment.own_devices), least)
    for fact in evidence.observation.facts:
        if isinstance(fact, UnassignedDevice):
            yield _unassigned(fact, people)


def sign_ins(evidence: Evidence) -> Iterator[Finding]:
    """Tell every user in the namespace who has a password and is nobody of the manifest."""
    people = {naming.user_name(each.id) for each in evidence.manifest.responders}
    for name, fact in sorted(enrolments(evidence.observation).items()):
        if name not in people and fact.password_since is not None:
            yield _sign_in(fact, ours=Key(fact.scope, resources.USER, name) in evidence.observation.state)


def _incomplete(entry: Entry, fact: Enrolment) -> Finding:
    renewal = f"breakglass enroll {entry.person} --renew"
    if fact.password_since is None:
        has = "an MFA device and no password" if fact.devices else "neither password nor MFA device"
        detail = f"the user has {has}: the person cannot sign in"
        return Finding("NOT_ENROLLED", Severity.MEDIUM, entry.user, detail, f"run: breakglass enroll {entry.person}")
    if not fact.devices:
        return Finding(
            "MFA_MISSING",
            Severity.HIGH,
            entry.user,
            "the user has a password and no MFA device: whoever knows it can sign in, and no role lets the person in",
            f"run: {renewal}; and find out in CloudTrail who took the device away",
        )
    return Finding(
        "ENROLMENT_PENDING",
        Severity.MEDIUM,
        entry.user,
        "the password must be changed at the next sign-in, which is a write to IAM in one region: no way in until then",
        f"let the person sign in once and choose a password of their own, or run: {renewal}",
    )


def _foreign(entry: Entry, fact: Enrolment) -> Finding:
    serials = ", ".join(each.serial_number for each in fact.foreign_devices)
    devices = "MFA device" if len(fact.foreign_devices) == 1 else "MFA devices"
    verb = "is" if len(fact.foreign_devices) == 1 else "are"
    alone = _only_foreign(fact)
    besides = ", and the person has none of their own: no way in" if alone else ""
    return Finding(
        "FOREIGN_DEVICE",
        Severity.HIGH if alone else Severity.MEDIUM,
        entry.user,
        f"the {devices} {serials} {verb} not named for the user: somebody else may have the seed{besides}",
        f"ask {entry.person} whether it is theirs, and who enrolled it; {'' if alone else 'if in doubt '}run: "
        f"breakglass enroll {entry.person} --renew",
    )


def _few(entry: Entry, own: int, least: int) -> Finding:
    return Finding(
        "MFA_TOO_FEW",
        Severity.MEDIUM,
        entry.user,
        f"the user has {counted(own, 'MFA device')} of their own, and {least} are the minimum: whoever loses one is"
        " nearer to being locked out than was decided",
        f"run: breakglass enroll {entry.person} --second-device, or with --passkey",
    )


def _only_foreign(fact: Enrolment) -> bool:
    return fact.password_since is not None and bool(fact.devices) and not fact.own_devices


def _unassigned(fact: UnassignedDevice, people: Collection[Entry]) -> Finding:
    """Whoever is not enrolled yet is enrolled anew, which cleans it; else it is only to be deleted."""
    name = fact.serial_number.rpartition("/")[2]
    marked = next((each for each in people if name == naming.enrolment_mark(each.user)), None)
    return _marked(fact, marked) if marked else _left(fact, name, people)


def _marked(fact: UnassignedDevice, entry: Entry) -> Finding:
    """Of a renewal that was killed, both what was opened and what is new may hold: only another one makes an end."""
    renewal = "" if entry.standing in (Standing.NOT_ENROLLED, Standing.NO_USER) else " --renew"
    return Finding(
        "UNASSIGNED_DEVICE",
        Severity.LOW,
        fact.serial_number,
        f"an enrolment of {entry.person} is under way, or was killed: what was opened before a renewal may hold",
        f"when you know that nobody is at it, run: breakglass enroll {entry.person}{renewal} --take-over",
    )


def _left(fact: UnassignedDevice, name: str, people: Iterable[Entry]) -> Finding:
    waiting = (each for each in people if each.standing is not Standing.ENROLLED)
    person = next((each.person for each in waiting if naming.is_mfa_device_of(each.user, name)), None)
    deletion = f"{_by(fact.scope)} run: aws iam delete-virtual-mfa-device --serial-number {fact.serial_number}"
    return Finding(
        "UNASSIGNED_DEVICE",
        Severity.LOW,
        fact.serial_number,
        "nobody has this MFA device: an enrolment was broken off, or a device taken away",
        f"run: breakglass enroll {person}, which begins anew" if person else deletion,
    )


def _sign_in(fact: Enrolment, *, ours: bool) -> Finding:
    by_hand = f"{_by(fact.scope)} run: aws iam delete-login-profile --user-name {fact.user}"
    return Finding(
        "STRANGER_CAN_SIGN_IN",
        Severity.HIGH,
        fact.user,
        f"the user has a password{' and an MFA device' if fact.devices else ''}, and is nobody of the manifest",
        f"run: breakglass offboard {fact.user}" if ours else by_hand,
    )


def _by(scope: Scope) -> str:
    return f"as the provisioning role of {scope.account}"
