"""The alert catalogue: everything that makes a use of emergency access, or a change to it, noticed.

It matches by name, so that it holds for every account of the organization trail and needs no manifest: a user named
`*-break-glass`, a role named `BREAK-GLASS-*`, and for changes whatever else the toolkit names. Roles under the path
`/break-glass/` belong to the toolkit's own machinery: changes to them fire, their daily work does not.
"""

from collections.abc import Mapping
from typing import Final

from breakglass.trail.alert import Alert
from breakglass.trail.changes import CHANGES
from breakglass.trail.tampering import ANY_TRAIL, alerting_tampered
from breakglass.trail.uses import USES

WELL_ARCHITECTED: Final = (
    '{ $.eventName = "AssumeRole" && $.requestParameters.roleArn = "<INCIDENT_RESPONSE_ROLE_ARN>"'
    ' && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
)
"""The pattern printed in the Well-Architected Framework: on a trail of the users' account alone it misses the console.

https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_incident_response_pre_provision_access.html
"""


def catalogue(log_group: str = ANY_TRAIL) -> Mapping[str, Alert]:
    """Return the alerts by name; `log_group` is the organization trail's, where a manifest says which it is.

    Nothing else of a manifest narrows a pattern: an account or a person it does not know would be lost.
    """
    alerts = (*USES, *CHANGES, alerting_tampered(log_group))
    return {alert.name: alert for alert in alerts}
