"""Secrets as a type: a password or the seed of an MFA device, which shows only to who asks for it."""

from hmac import compare_digest
from typing import Final, NoReturn


class Secret:
    """A text that no log, report or traceback shows; it is neither hashed, copied nor pickled."""

    __slots__ = ("_text",)

    __hash__ = None  # type: ignore[assignment]  # as the key of a table it would outlive its use

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        """Return the text: for the call that sets it, and for the envelope."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self._text.encode(), other._text.encode())

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
