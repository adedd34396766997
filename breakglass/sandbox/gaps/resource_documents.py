"""moto takes anything for the policy of a topic, a queue, a key, an event bus or a bucket. Seen in 5.2.5.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Mapping

_EFFECTS = ("Allow", "Deny")


def problem(document: str) -> str:
    """Return why a document is no policy of a resource, or nothing."""
    try:
        read = json.loads(document)
    except ValueError:
        return "the document is no JSON"
    listed = read.get("Statement") if isinstance(read, Mapping) else None
    statements = [listed] if isinstance(listed, Mapping) else listed
    if not isinstance(statements, list) or not statements:
        return "the document has no statement"
    return next((why for each in statements if (why := _of_statement(each))), "")


def _of_statement(statement: object) -> str:
    if not isinstance(statement, Mapping) or statement.get("Effect") not in _EFFECTS:
        return "a statement has no effect"
    if not {"Principal", "NotPrincipal"} & statement.keys():
        return "a statement names no principal"
    if not {"Action", "NotAction"} & statement.keys():
        return "a statement names no action"
    return ""
