"""moto finds keys by their id, but not everywhere by their ARN, and lets keys be used that are to be deleted.

Seen in 5.2.5.
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from moto.core.common_types import TYPE_RESPONSE
from moto.core.exceptions import JsonRESTError
from moto.kms.responses import KmsResponse

from breakglass.sandbox.gaps.resource_documents import problem

_IDENTIFIERS = ("KeyId", "TargetKeyId")
_CHANGES = """
    CreateAlias DisableKey DisableKeyRotation EnableKey EnableKeyRotation ScheduleKeyDeletion TagResource UntagResource
    UpdateAlias UpdateKeyDescription
"""
_LIVE = frozenset(_CHANGES.split())
"""Operations that fail on a key that is to be deleted."""


class KeyIdentifiers(KmsResponse):
    """Operations on keys by id or ARN, where the key's state allows them and its policy is one."""

    def _get_param(self, param_name: str, if_none: object = None) -> object:
        value = super()._get_param(param_name, if_none)
        if param_name in _IDENTIFIERS and isinstance(value, str) and ":key/" in value:
            return value.rpartition("/")[2]
        return value

    def call_action(self) -> TYPE_RESPONSE:
        """Refuse what AWS does, then carry the operation out."""
        action = str(self._get_action())
        policy = self._get_param("Policy")
        if policy is not None and (why := problem(str(policy))):
            return _refused("MalformedPolicyDocumentException", f"The new key policy is not valid: {why}.")
        identifier = str(self._get_param("TargetKeyId") or self._get_param("KeyId") or "")
        key = self.kms_backend.keys.get(identifier)
        if action in _LIVE and key is not None and key.key_state == "PendingDeletion":
            return _refused("KMSInvalidStateException", f"{key.arn} is pending deletion.")
        days = self._get_param("PendingWindowInDays")
        if days is not None and not 7 <= int(str(days)) <= 30:
            return _refused("ValidationException", "PendingWindowInDays must be between 7 and 30.")
        return super().call_action()


def _refused(code: str, message: str) -> TYPE_RESPONSE:
    error = JsonRESTError(code, message)
    return 400, {"status": "400"}, str(error.description)
