"""The JSON Schema of a playbook, for editors that complete and check YAML while it is written."""

import json
from collections.abc import Mapping

from breakglass.documents import Json
from breakglass.manifest.schema import described
from breakglass.playbooks.model import Playbook


def json_schema() -> Mapping[str, Json]:
    """Return the schema, in draft 2020-12."""
    return described(Playbook, "breakglass playbook")


def text() -> str:
    """Return the schema as docs/reference/playbook.schema.json holds it."""
    return json.dumps(json_schema(), indent=2) + "\n"
