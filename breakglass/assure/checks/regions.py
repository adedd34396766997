"""The control of regions: a rule listens wherever the security account can be used, and can be made nowhere else.

Where AWS does not tell which regions are enabled, nothing is said here: that is unread, and so not proved.
"""

from collections.abc import Iterator

from breakglass.assure.evidence import Evidence
from breakglass.facts import EnabledRegions
from breakglass.findings import Finding, Severity


def regions(evidence: Evidence) -> Iterator[Finding]:
    """Tell every region that is enabled in the security account and not in the manifest, and the other way round."""
    account, listed = evidence.manifest.security_account, frozenset(evidence.manifest.alerts.regions)
    for fact in evidence.observation.facts:
        if isinstance(fact, EnabledRegions) and fact.scope.account == account:
            enabled = frozenset(fact.names)
            if enabled - listed:
                yield _unheard(account, sorted(enabled - listed), evidence.manifest.writer)
            if listed - enabled:
                yield _unusable(account, sorted(listed - enabled))


def _unheard(account: str, names: list[str], writer: str) -> Finding:
    """Return the finding; only opt-in regions can be disabled, and our guardrail lets no identity of the account do it.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    return Finding(
        "REGION_UNHEARD",
        Severity.HIGH,
        account,
        f"enabled and not in alerts.regions: {', '.join(names)}; only the net would tell of a use through them",
        f"add them to alerts.regions and {writer}; or disable what AWS does not enable by default, with credentials of"
        f" the management account: aws account disable-region --account-id {account} --region-name REGION",
    )


def _unusable(account: str, names: list[str]) -> Finding:
    return Finding(
        "REGION_NOT_ENABLED",
        Severity.MEDIUM,
        account,
        f"in alerts.regions and not enabled: {', '.join(names)}; no rule can be made there",
        "take them out of alerts.regions; or, with credentials of the management account, run: "
        + "; ".join(f"aws account enable-region --account-id {account} --region-name {each}" for each in names),
    )
