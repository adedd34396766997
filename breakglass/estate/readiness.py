"""What is wrong with a manifest that says nothing wrong."""

from collections.abc import Iterator

from breakglass.estate.matrix import people_in
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest


def too_few(manifest: Manifest) -> Iterator[Finding]:
    """Tell every account fewer people can get into than the manifest's minimum."""
    minimum = manifest.limits.minimum_ways_in
    for account, people in people_in(manifest).items():
        if len(people) < minimum:
            who = ", ".join(sorted(people)) or "nobody"
            yield Finding(
                "FEW_WAYS_IN",
                Severity.CRITICAL if not people else Severity.HIGH,
                account,
                f"{who} can get into {manifest.account_name(account)}, and {minimum} people are the minimum",
                "put more people into a team of that account, or give a team of theirs that account",
            )
