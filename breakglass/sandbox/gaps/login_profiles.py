"""moto takes any password, forgets that it must be changed and when it was made, and lets nobody change their own.

It also loses the password when only that flag is updated. Seen in 5.2.1 and 5.2.5.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
"""

import string
from collections.abc import Mapping

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import IAMException
from moto.iam.models import AccountPasswordPolicy, User
from moto.iam.responses import IamResponse

from breakglass.sandbox.answers import failure
from breakglass.sandbox.gaps.asked import Asked, time_of

_SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
_DEFAULT_LENGTH, _DEFAULT_KINDS = 8, 3
"""What AWS wants where the account has no policy: eight characters, three kinds of four."""

_PARAMETERS = {
    "ChangePassword": "NewPassword",
    "CreateLoginProfile": "Password",
    "UpdateLoginProfile": "Password",
}
"""The operations that set a password, and the parameter that holds it."""

_MADE, _FORMER = "login_profile_made", "former_passwords"


def check(asked: Asked) -> None:
    """Refuse a password the account's policy forbids."""
    password = asked.text(_PARAMETERS.get(asked.action, ""))
    if not password:
        return
    policy = asked.backend.account_password_policy
    if _violates_default(password) if policy is None else _violates(policy, password):
        raise _violation()
    if asked.action == "ChangePassword" and policy is not None:
        latest = _former(asked.backend.get_user(asked.text("UserName")))[: policy.password_reuse_prevention or 0]
        if password in latest:
            raise _violation()


def caller(action: str, querystring: Mapping[str, list[str]]) -> Mapping[str, str]:
    """Return the name the door has put in for who changes their own password: moto knows no such parameter."""
    return {"UserName": querystring["UserName"][0]} if action == "ChangePassword" and "UserName" in querystring else {}


def _violation() -> IAMException:
    return IAMException("PasswordPolicyViolation", "Password does not conform to the account password policy.")


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


def _former(user: User) -> list[str]:
    """Return the passwords a user has had, the present one first."""
    former: list[str] = vars(user).setdefault(_FORMER, [])
    return former


def _set(user: User, password: str) -> None:
    user.password = password
    _former(user).insert(0, password)


class LoginProfiles(IamResponse):
    """The operations about passwords."""

    def create_login_profile(self) -> ActionResult:
        """Set the first password and remember when, and whether it must be changed."""
        super().create_login_profile()
        user = self.backend.get_user(self._get_param("UserName"))
        _set(user, self._get_param("Password"))
        user.password_reset_required = bool(self._get_bool_param("PasswordResetRequired"))
        vars(user)[_MADE] = time_of(self.headers)
        return self.get_login_profile()

    def get_login_profile(self) -> ActionResult:
        """Return when the first password was set, and whether it must be changed."""
        user = self.backend.get_login_profile(self._get_param("UserName"))
        told = {
            "UserName": user.name,
            "CreateDate": vars(user)[_MADE],
            "PasswordResetRequired": user.password_reset_required,
        }
        return ActionResult({"LoginProfile": told})

    def update_login_profile(self) -> ActionResult:
        """Change what is given, the password or the flag, and nothing else."""
        user = self.backend.get_login_profile(self._get_param("UserName"))
        if self._get_param("Password"):
            _set(user, self._get_param("Password"))
        required = self._get_bool_param("PasswordResetRequired", user.password_reset_required)
        user.password_reset_required = bool(required)
        return EmptyResult()

    def change_password(self) -> ActionResult | TYPE_RESPONSE:
        """Let the caller, whom the door has named, set another password; it need not be changed any more."""
        user = self.backend.get_login_profile(self._get_param("UserName"))
        if user.password != self._get_param("OldPassword"):
            denied = failure("iam", "AccessDenied", "The old password was incorrect.")  # no error of moto's model
            return denied.status, {"status": denied.status}, denied.body
        _set(user, self._get_param("NewPassword"))
        user.password_reset_required = False
        return EmptyResult()
