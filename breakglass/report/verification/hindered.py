"""What the readiness matrix does not tell: it is of our own documents, and those of others may keep people out."""

from collections import Counter
from typing import Final

from breakglass.estate.verification import Verification

HINDRANCES: Final = ("control-policies", "resource-lock-outs", "console-sign-in")
"""The controls of what others have made that may stand in the way."""

_UNKNOWN: Final = "NOT_PROVED"


def hindered(verification: Verification) -> str:
    """Return what stands in the way of the ways in that are granted, or was not looked at; empty where nothing does.

    What is set aside stands in the way as well.
    """
    found = (each.finding.code for each in verification.results if each.control in HINDRANCES)
    codes = Counter(code for code in found if code != _UNKNOWN)
    if codes:
        told = ", ".join(code if number == 1 else f"{code} ({number})" for code, number in sorted(codes.items()))
        return f"Policies of others keep people out besides, or may: {told}. What is granted here may not work."
    run = {each.id for each in verification.controls}
    passed_over = [each for each in HINDRANCES if each not in run]
    if not passed_over:
        return ""
    return f"Whether policies of others keep people out besides was not looked at: {', '.join(passed_over)}."
