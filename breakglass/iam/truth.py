"""Three answers to a question about a request: no, cannot be known from what is modelled, yes.

They are ordered, so that `min` is AND, `max` is OR and `YES - x` is NOT (Kleene's logic): what is not modelled matters
only where it could change the answer.
"""

from typing import Final, TypeAlias

Truth: TypeAlias = int

NO: Final[Truth] = 0
MAYBE: Final[Truth] = 1
YES: Final[Truth] = 2


class Unsupported(Exception):  # noqa: N818 - the word of the product: not an error, a limit
    """Part of a document that is not modelled; the message says what."""
