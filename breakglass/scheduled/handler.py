"""What AWS Lambda calls: `breakglass.scheduled.handler.handler`."""

import json
import os
import sys
from pathlib import Path

import breakglass
from breakglass.documents import Json
from breakglass.errors import BreakglassError
from breakglass.manifest.packed import unpack
from breakglass.scheduled.in_time import Context
from breakglass.scheduled.run import run
from breakglass.scheduled.settings import Settings
from breakglass.scheduled.task import task
from breakglass.scheduled.wiring import ports

_BESIDE = Path(breakglass.__file__).parent.parent / "manifest.json"


def handler(event: object, context: Context) -> dict[str, Json]:
    """Verify what an event asks for, tell what was found, and return it in short.

    One line of JSON goes to the log. Raises BreakglassError where something could not be done: Lambda then tries again.
    """
    try:
        asked = task(event, context.aws_request_id)
        manifest = unpack(Path(os.environ.get("BREAKGLASS_MANIFEST") or _BESIDE))
        done = run(asked, manifest, ports(manifest, Settings.of(os.environ)), context)
        _log({"task": asked.kind.value, "manifest": manifest.name, **done.answer, "failures": list(done.failures)})
        return done.require()
    except BreakglassError as error:
        _log(
            {"error": {"code": error.code, "message": error.message, "subject": error.subject, "advice": error.advice}}
        )
        raise


def _log(line: dict[str, Json]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
