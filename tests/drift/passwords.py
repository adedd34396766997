"""What is done to the security account's password policy."""

from tests.drift.deviation import Deviation, Hands, high
from tests.stories.conftest import SECURITY

RULES = {
    "MinimumPasswordLength": 20,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": False,
    "PasswordReusePrevention": 24,
}


def rules(hands: Hands, **changes: object) -> None:
    hands.security.update_account_password_policy(**{**RULES, **changes})  # type: ignore[arg-type]


PASSWORDS: tuple[Deviation, ...] = (
    Deviation(
        "password-policy-weakened",
        lambda hands: rules(hands, MinimumPasswordLength=8, RequireSymbols=False),
        (high("DRIFT", SECURITY),),
    ),
    Deviation(
        "password-policy-deleted",
        lambda hands: hands.security.delete_account_password_policy(),
        (high("DRIFT", SECURITY),),
    ),
    Deviation(
        "password-policy-expires",
        lambda hands: rules(hands, MaxPasswordAge=30, HardExpiry=True),
        (high("PASSWORD_EXPIRES", SECURITY),),
    ),
    Deviation("password-policy-tightened", lambda hands: rules(hands, MinimumPasswordLength=64), (), fate="left"),
    Deviation(
        "password-policy-lets-users-change",
        lambda hands: rules(hands, AllowUsersToChangePassword=True),
        (),
        fate="left",
    ),
)
