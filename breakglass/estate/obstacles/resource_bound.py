"""What the policy of a key or bucket leaves of a playbook: the role's own policies allow it all.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource-identity.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from breakglass.documents import Document
from breakglass.estate.access import UNREAD
from breakglass.estate.claims.case import ANYTHING
from breakglass.estate.obstacles.circumstances import of_session, session_arn
from breakglass.estate.obstacles.obstacles import Obstacle, obstacle
from breakglass.estate.obstacles.steps import steps_upon
from breakglass.iam.nouns import Request
from breakglass.iam.policies import RESOURCE, read
from breakglass.iam.policy import policy
from breakglass.iam.witnesses import TooMany
from breakglass.lock_outs import ResourcePolicy
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

_SHUT: Final = Obstacle(certain=True, places=(RESOURCE,))


def left(
    manifest: Manifest, role: Resource, rights: Sequence[Document], found: ResourcePolicy
) -> Iterator[tuple[str, Obstacle]]:
    """Yield each action of a role's, as its policies write it, that the resource keeps its sessions from.

    A policy that was shown to nobody is taken to let nobody in.
    """
    document = found.document if isinstance(found.document, Mapping) else UNREAD
    policies, context = read(identity=(ANYTHING,), resource=document), of_session(manifest, role)
    try:
        steps = steps_upon(rights, policy(document).statements, found.arn)
    except TooMany as limit:
        yield "what it is for", Obstacle(certain=False, places=(RESOURCE,), hangs_on=(str(limit),))
        return
    for each in steps:
        request = Request(session_arn(role), each.action, each.resource, role.scope.account, context)
        hit = _SHUT if found.document is None else obstacle(request, policies)
        if hit is not None:
            yield each.written, hit
