"""What is done to what the emergency users sign in with."""

from datetime import UTC, datetime

from tests.drift.deviation import Deviation, Hands, arn, critical, high, low, medium
from tests.drift.users import ANA, EVE, FEW, PATH, enroll_again, plant, unplant
from tests.enrolled import disenroll, enroll, give_device
from tests.stories.conftest import SECURITY

DEVICE = arn(SECURITY, f"mfa{PATH}{ANA}")
OTHER = arn(SECURITY, f"mfa{PATH}other")


def renew(hands: Hands) -> None:
    disenroll(hands.security, ANA)
    enroll_again(hands)


def find_a_device(hands: Hands) -> None:
    """Begin anew, as `enroll` does: with a device of the name that nobody has."""
    hands.security.delete_virtual_mfa_device(SerialNumber=DEVICE)
    renew(hands)


def let_eve_in(hands: Hands) -> None:
    plant(hands, bounded=True)
    enroll(hands.security, EVE, datetime.now(UTC))


ENROLMENTS: tuple[Deviation, ...] = (
    Deviation(
        "password-deleted",
        lambda hands: hands.security.delete_login_profile(UserName=ANA),
        (FEW, medium("NOT_ENROLLED", ANA)),
        fate="left",
        remedy=renew,
    ),
    Deviation(
        "password-to-be-changed",
        lambda hands: hands.security.update_login_profile(UserName=ANA, PasswordResetRequired=True),
        (medium("ENROLMENT_PENDING", ANA), FEW),
        fate="left",
        remedy=renew,
    ),
    Deviation(
        "mfa-device-deactivated",
        lambda hands: hands.security.deactivate_mfa_device(UserName=ANA, SerialNumber=DEVICE),
        (FEW, high("MFA_MISSING", ANA), low("UNASSIGNED_DEVICE", DEVICE)),
        fate="left",
        remedy=find_a_device,
    ),
    Deviation(
        "mfa-device-of-somebody",
        lambda hands: give_device(hands.security, ANA, "other", datetime.now(UTC)),
        (medium("FOREIGN_DEVICE", ANA),),
        fate="left",
        remedy=renew,
    ),
    Deviation(
        "mfa-device-of-nobody",
        lambda hands: hands.security.create_virtual_mfa_device(Path=PATH, VirtualMFADeviceName="other"),
        (low("UNASSIGNED_DEVICE", OTHER),),
        fate="left",
        remedy=lambda hands: hands.security.delete_virtual_mfa_device(SerialNumber=OTHER),
    ),
    Deviation(
        "user-planted-and-enrolled",
        let_eve_in,
        (critical("STRAY", arn(SECURITY, f"user{PATH}{EVE}")), high("STRANGER_CAN_SIGN_IN", EVE)),
        fate="left",
        remedy=unplant,
    ),
)
