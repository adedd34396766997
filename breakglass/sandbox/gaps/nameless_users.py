"""moto invents a user where a role asks about itself without a name. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
"""

from moto.iam.exceptions import ValidationError

from breakglass.sandbox.gaps.asked import Asked
from breakglass.sandbox.judgement.iam_actions import OWN, is_of_everyone


def check(asked: Asked) -> None:
    """Refuse to take a caller that is no user for one: the door has put in the names of those that are."""
    named = asked.text("UserName") or is_of_everyone(asked.action, asked.text("AllUsers"))
    if asked.action in OWN and not named:
        raise ValidationError("Must specify userName when calling with non-User credentials")
