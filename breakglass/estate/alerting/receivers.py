"""Whether the manifest names enough people to be told, and ways to tell them that do not fail together."""

from collections.abc import Iterator

from breakglass.estate.alerting.topics import receivers
from breakglass.estate.wording import counted
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest


def unheard(manifest: Manifest) -> Iterator[Finding]:
    """Tell what of the manifest leaves an alert to chance."""
    alerts = manifest.alerts
    named = list(receivers(alerts))
    if len(named) < alerts.minimum_receivers:
        yield Finding(
            "TOO_FEW_RECEIVERS",
            Severity.HIGH,
            manifest.name,
            f"{counted(len(named), 'receiver')} would be told, and {alerts.minimum_receivers} are the minimum",
            "name more under `alerts`",
        )
    if all(protocol == "email" for protocol, _ in named):
        yield Finding(
            "MAIL_ONLY",
            Severity.MEDIUM,
            manifest.name,
            "every receiver is a mail address: mail is read late at night, and any message's link ends a subscription",
            "name a queue or an address of a pager under `alerts.sqs` or `alerts.https`",
        )
    if alerts.second_region == manifest.trail.region:
        yield Finding(
            "ONE_REGION",
            Severity.MEDIUM,
            alerts.second_region,
            "both channels depend on this region: while it is ill nobody is told of anything",
            "gather the fast channel elsewhere: `alerts.second_region`",
        )
