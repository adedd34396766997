"""What CloudFormation says, as people can read it: first who denies what to whom, then its words without a shell."""

import re
from typing import Final

MOST: Final = 300
"""Characters of AWS's own words that are told."""

_SHELL = (
    (re.compile(r"ResourceLogicalId:(\w+), ResourceType:[\w:]+, ResourceStatusReason:"), r"\1: "),
    (re.compile(r'Resource handler returned message: "(.*?)"? ?\(RequestToken: [^)]*\)', re.DOTALL), r"\1"),
    (re.compile(r" ?\(Service: [^)]*\)"), ""),
    (re.compile(r" ?\(SDK Attempt Count: \d+\)"), ""),
    (re.compile(r"assumed-role/stacksets-exec-\w+/[\w+=,.@-]+"), "assumed-role/stacksets-exec-*"),
)
"""What is the same for whoever reads, or says who asked again and again: requests, tokens, sessions."""

_DENIED = re.compile(
    r"User: (?:\S*:(?:assumed-role|user)/)?(?P<user>[^\s/]+)(?:/\S+)?"
    r" is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: \S+?(?P<resource>[^\s:]+))?"
    r" with an explicit deny in (?P<policy>an? [a-z-]+(?: [a-z]+)*? policy|a permissions boundary)"
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""


def told(words: str) -> str:
    """Return what CloudFormation gives as a reason, a denial in our words before it."""
    said = words
    for shell, kept in _SHELL:
        said = shell.sub(kept, said)
    short = f"{said[:MOST].rstrip()}…" if len(said) > MOST else said
    denied = _DENIED.search(said)
    if denied is None:
        return short
    upon = f" on {denied['resource']}" if denied["resource"] else ""
    return f"{denied['policy']} denies {denied['action']}{upon} to {denied['user']} ({short})"
