"""Small words for requests and documents."""

from breakglass.documents import Document, Json
from breakglass.iam.scenarios import decide

A, B = "111111111111", "222222222222"
USER = f"arn:aws:iam::{A}:user/break-glass/ana-break-glass"
SESSION = f"arn:aws:sts::{A}:assumed-role/Ops/nightly"
ROLE = f"arn:aws:iam::{A}:role/Ops"
FEDERATED = f"arn:aws:sts::{A}:federated-user/fay"
ROOT = f"arn:aws:iam::{A}:root"
TARGET = f"arn:aws:iam::{A}:role/BREAK-GLASS-RANSOMWARE"
FAR_TARGET = f"arn:aws:iam::{B}:role/BREAK-GLASS-RANSOMWARE"
OBJECT = "arn:aws:s3:::acme/public/b"

Object = dict[str, Json]


def document(*statements: Document, version: str = "2012-10-17") -> Object:
    return {"Version": version, "Statement": list(statements)}


def allow(**more: Json) -> Object:
    """Allow everything, but for what is said otherwise; None leaves an element out."""
    return _statement("Allow", more)


def deny(**more: Json) -> Object:
    return _statement("Deny", more)


def trusting(statement: Object) -> Object:
    """The statement as one of a trust policy, for the whole account."""
    less = {key: value for key, value in statement.items() if key != "Resource"}
    return {**less, "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}


def _statement(effect: str, more: Object) -> Object:
    whole: Object = {"Effect": effect, "Action": "*", "Resource": "*", **more}
    for element in ("Action", "Resource"):
        if f"Not{element}" in more and element not in more:
            del whole[element]
    return {key: value for key, value in whole.items() if value is not None}


def trust(principal: Json, **more: Json) -> Object:
    return document(allow(Principal=principal, Action="sts:AssumeRole", Resource=None, **more))


def request(**more: Json) -> Object:
    """A user reads an object of their own account, unless said otherwise."""
    return {"principal": USER, "action": "s3:GetObject", "resource": OBJECT, **more}


def assume(**more: Json) -> Object:
    return {"principal": USER, "action": "sts:AssumeRole", "resource": TARGET, **more}


def decision(scenario: Object) -> str:
    return decide(scenario).decision.value
