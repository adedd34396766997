"""How CloudFormation does anything: by calls like everybody's, judged, carried out and told by CloudTrail.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from breakglass.documents import Json
from breakglass.sandbox.answers import Answer, failure
from breakglass.sandbox.cloudformation.place import PRINCIPAL
from breakglass.sandbox.cloudformation.steps import Step
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.request import Request, flat
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.wire import wire
from breakglass.sandbox.witness import Witness


class Hands:
    """Makes calls as somebody, in a region."""

    def __init__(self, emulator: Emulator, witness: Witness) -> None:
        self.emulator = emulator
        self.witness = witness

    def call(self, session: Session, step: Step, region: str) -> Answer:
        """Make a call, and return what was answered: a denial too."""
        asked, now = request(session, step, region), self.witness.clock.now()
        decision = self.emulator.decide(session, asked, now)
        answer = failure(step.service, "AccessDenied", decision.why)
        if decision.allowed:
            answer = self.emulator.answer(asked, decision.account or session.account, session.account, now)
        self.witness.see(asked, session, answer, through=PRINCIPAL)
        return answer


def request(session: Session, step: Step, region: str) -> Request:
    """Return the call in the protocol of its service."""
    spoken, told = wire(step.service), _plain(step.parameters)
    body = json.dumps(told) if spoken.json else urlencode({"Action": step.action, **dict(flat("", told))})
    return Request(
        access_key=session.access_key,
        token=session.token,
        date="",
        region=region,
        service=step.service,
        action=step.action,
        parameters=dict(flat("", told)),
        body=body.encode(),
        content_type="",
        headers=(),
        signature="",
        agent=PRINCIPAL,
    )


def _plain(parameters: Mapping[str, Json]) -> dict[str, Json]:
    """Return the parameters as JSON has them."""
    plain: dict[str, Json] = json.loads(json.dumps(parameters))
    return plain
