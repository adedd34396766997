"""Whether IAM Access Analyzer watches, and what it has found: a judge of trust that is not our own engine."""

from collections.abc import Iterator, Sequence

from breakglass.assure.evidence import Evidence
from breakglass.findings import Finding, Severity
from breakglass.surroundings import ExternalAccess, OrganizationAnalyzers


def external_access(evidence: Evidence) -> Iterator[Finding]:
    """Tell where no analyzer watches the organization, and every role outsiders get into, of accounts spoken of."""
    accounts = frozenset(evidence.manifest.account_ids) if evidence.spoken_of is None else evidence.spoken_of
    entered: dict[str, list[ExternalAccess]] = {}
    for fact in evidence.observation.facts:
        if isinstance(fact, OrganizationAnalyzers) and not fact.arns:
            yield _missing(evidence, fact)
        if isinstance(fact, ExternalAccess) and fact.scope.account in accounts:
            entered.setdefault(fact.role_arn, []).append(fact)
    for role, facts in sorted(entered.items()):
        yield _entered(role, facts, evidence.manifest.writer)


def _missing(evidence: Evidence, fact: OrganizationAnalyzers) -> Finding:
    """Return the finding.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator.html
    """
    region, account = evidence.manifest.regions[0], fact.scope.account
    return Finding(
        "ANALYZER_MISSING",
        Severity.MEDIUM,
        account,
        f"no active analyzer of IAM Access Analyzer watches the organization in {region}: nobody but this toolkit would"
        " see that somebody outside gets into a role",
        "with credentials of the management account run: aws organizations register-delegated-administrator"
        f" --service-principal access-analyzer.amazonaws.com --account-id {account}; then in {account}:"
        f" aws accessanalyzer create-analyzer --analyzer-name organization --type ORGANIZATION --region {region}",
    )


def _entered(role: str, facts: Sequence[ExternalAccess], writer: str) -> Finding:
    """Return the finding; Access Analyzer takes up to half an hour to see that a policy has changed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
    """
    who = sorted({principal for fact in facts for principal in fact.principals})
    errors = sorted({fact.error for fact in facts if fact.error})
    if errors and not who:
        told = f"IAM Access Analyzer could not tell who gets into this role: {', '.join(errors)}"
    else:
        told = f"IAM Access Analyzer has found that somebody outside the organization gets in: {'; '.join(who)}"
    return Finding(
        "EXTERNAL_ACCESS",
        Severity.CRITICAL if who or not errors else Severity.HIGH,
        role,
        told,
        f"run plan to see how its trust differs and {writer} to put it back; find out in CloudTrail who changed it, and"
        " who got in meanwhile. Access Analyzer resolves its finding within half an hour",
    )
