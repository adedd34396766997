"""Policy documents as they are stored, read once."""

import json
from collections.abc import Mapping
from functools import lru_cache

from breakglass.iam import nouns
from breakglass.iam.evaluate import evaluate
from breakglass.iam.policies import Policies
from breakglass.iam.policy import Policy, policy
from breakglass.sandbox.judgement.ask import Keys

_CACHED = 4096


@lru_cache(maxsize=_CACHED)
def read(text: str) -> Policy:
    """Return a document read; one that is none has no statements, which the engine calls unsupported."""
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    return policy(found if isinstance(found, Mapping) else {})


def lets_service(document: str, service: str, action: str, resource: str, keys: Keys) -> bool:
    """Tell whether a resource's policy lets a service act on it, such as `sns.amazonaws.com`."""
    if not document:
        return False
    asked = nouns.Request(service, action, resource, "", keys)
    return evaluate(asked, Policies(resource=read(document))).decision is nouns.Decision.ALLOWED
