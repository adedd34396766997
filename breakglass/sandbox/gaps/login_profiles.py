"""moto takes any password, forgets that it must be changed, and loses it when only that flag is updated.

Seen in 5.2.1 and 5.2.5.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

import string

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import IAMException
from moto.iam.models import AccountPasswordPolicy
from moto.iam.responses import IamResponse

from breakglass.sandbox.gaps.asked import Asked

_SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
_DEFAULT_LENGTH, _DEFAULT_KINDS = 8, 3
"""What AWS wants where the account has no policy: eight characters, three kinds of four."""


def check(asked: Asked) -> None:
    """Refuse a password the account's policy forbids."""
    password = asked.text("Password")
    if asked.action not in ("CreateLoginProfile", "UpdateLoginProfile") or not password:
        return
    policy = asked.backend.account_password_policy
    if _violates_default(password) if policy is None else _violates(policy, password):
        raise IAMException("PasswordPolicyViolation", "Password does not conform to the account password policy.")


def _kinds(password: str) -> tuple[bool, bool, bool, bool]:
    """Tell whether there are small letters, capitals, digits and symbols."""
    alphabets = (string.ascii_lowercase, string.ascii_uppercase, string.digits, _SYMBOLS)
    small, capital, digit, symbol = (any(each in alphabet for each in password) for alphabet in alphabets)
    return small, capital, digit, symbol


def _violates_default(password: str) -> bool:
    return len(password) < _DEFAULT_LENGTH or sum(_kinds(password)) < _DEFAULT_KINDS


def _violates(policy: AccountPasswordPolicy, password: str) -> bool:
    required = (
        policy.require_lowercase_characters,
        policy.require_uppercase_characters,
        policy.require_numbers,
        policy.require_symbols,
    )
    missing = any(wanted and not there for wanted, there in zip(required, _kinds(password), strict=True))
    return missing or len(password) < policy.minimum_password_length


class LoginProfiles(IamResponse):
    """The operations that set a password."""

    def create_login_profile(self) -> ActionResult:
        """Set the first password and remember whether it must be changed."""
        super().create_login_profile()
        user = self.backend.get_user(self._get_param("UserName"))
        user.password_reset_required = bool(self._get_bool_param("PasswordResetRequired"))
        return self.get_login_profile()

    def update_login_profile(self) -> ActionResult:
        """Change what is given, the password or the flag, and nothing else."""
        user = self.backend.get_login_profile(self._get_param("UserName"))
        user.password = self._get_param("Password") or user.password
        required = self._get_bool_param("PasswordResetRequired", user.password_reset_required)
        user.password_reset_required = bool(required)
        return EmptyResult()
