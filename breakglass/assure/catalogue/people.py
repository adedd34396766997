"""Controls of the people: who can sign in, with what, whether it holds on the day, and when they last did."""

from typing import Final

from breakglass.assure.catalogue.frameworks import CIS, ISO, NIST, SOC2, WELL_ARCHITECTED
from breakglass.assure.checks.enrolments import devices, enrolment, sign_ins
from breakglass.assure.checks.passwords import password_age, proof_of_use
from breakglass.assure.checks.people import credentials, password_policy
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity

PEOPLE: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="enrolment",
            title="Everybody can sign in, with MFA",
            rationale="Somebody who has a user and no password, no device, or a password that must first be changed"
            " finds that out in the emergency.",
            sources=("PA1", "PA11"),
            severity=Severity.HIGH,
            codes=("NOT_ENROLLED", "ENROLMENT_PENDING", "MFA_MISSING"),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Enroll the person, as the finding says.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05", "SEC03-BP03"),
                CIS: ("1.9",),
                NIST: ("IA-2(1)",),
                SOC2: ("CC6.1",),
                ISO: ("A.8.5",),
            },
        ),
        enrolment,
    ),
    Assessment(
        Control(
            id="devices",
            title="Everybody has enough MFA devices, and each is their own",
            rationale="A device that is not named for its user may be in other hands; and whoever has fewer than was"
            " decided is locked out by one lost telephone.",
            sources=("PA10", "PA11"),
            severity=Severity.HIGH,
            codes=("FOREIGN_DEVICE", "UNASSIGNED_DEVICE", "MFA_TOO_FEW"),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Ask the person; if in doubt enroll them again, with as many devices as the manifest demands.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), NIST: ("IA-5",), ISO: ("A.5.17",)},
        ),
        devices,
    ),
    Assessment(
        Control(
            id="sign-ins",
            title="Nobody else can sign in",
            rationale="A password in the namespace that belongs to nobody of the manifest is a joiner nobody approved,"
            " or a leaver who never left.",
            sources=("PA9", "PA10", "PA22"),
            severity=Severity.HIGH,
            codes=("STRANGER_CAN_SIGN_IN",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Offboard the user, or delete the password as the finding says.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("AC-2",),
                SOC2: ("CC6.2",),
                ISO: ("A.5.16",),
            },
        ),
        sign_ins,
    ),
    Assessment(
        Control(
            id="credentials",
            title="Nobody has a long-lived credential but a password",
            rationale="A key signs from anywhere, without password and MFA, for as long as nobody looks.",
            sources=("PA12",),
            severity=Severity.CRITICAL,
            codes=("ACCESS_KEY", "SERVICE_SPECIFIC_CREDENTIAL", "SSH_PUBLIC_KEY", "SIGNING_CERTIFICATE"),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Delete it, as the finding says, and find out who made it.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("IA-5",),
                SOC2: ("CC6.1",),
                ISO: ("A.5.17",),
            },
        ),
        credentials,
    ),
    Assessment(
        Control(
            id="proof-of-use",
            title="Everybody has proved lately that they can sign in",
            rationale="An envelope that was mislaid, a seed that was mistyped, a telephone that was replaced: only a"
            " sign-in shows it, and better in a drill than in the emergency.",
            sources=("PA1", "PA22"),
            severity=Severity.MEDIUM,
            codes=("PROOF_STALE",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Let the person sign in, in a drill, and renew what was opened.",
            frameworks={WELL_ARCHITECTED: ("SEC03-BP03", "SEC10-BP05"), NIST: ("IR-3",)},
        ),
        proof_of_use,
    ),
    Assessment(
        Control(
            id="password-age",
            title="No password dies by itself",
            rationale="A password that expires unused in its envelope keeps its person out on the day, or has them"
            " change it first: a write to IAM in one region.",
            sources=("PA8", "PA11"),
            severity=Severity.HIGH,
            codes=("PASSWORD_EXPIRES",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Take the expiry out of the security account's password policy: `apply` does.",
            frameworks={WELL_ARCHITECTED: ("SEC03-BP03",), NIST: ("IA-5",), ISO: ("A.5.17",)},
        ),
        password_age,
    ),
    Assessment(
        Control(
            id="password-policy",
            title="The password policy binds nobody else",
            rationale="The security account holds emergency users and nothing else: who else lives there is bound by"
            " rules that were not made for them, and is one mistake away from the namespace.",
            sources=("PA9", "PA11"),
            severity=Severity.MEDIUM,
            codes=("FOREIGN_USERS",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Move the others to another account.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP05",)},
        ),
        password_policy,
    ),
)
