"""How long a shell waits for credentials of a role, beside botocore and the aws CLI: python benchmarks/credentials.py

All three ask one STS on the loopback interface the same, as whole processes in turn: a bare script of botocore that
prints what a credential_process prints, `breakglass credentials` as `breakglass profiles` writes it into the AWS
configuration, and `aws sts assume-role` of the same environment. The last line is the figures as JSON: medians in
seconds, and the medians of the ratios within one turn; the aims are at most 1.25 of botocore and 0.6 of the aws CLI.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

RUNS = 15
BIN = Path(sys.executable).parent
ACCOUNT, ROLE, USER, REGION = "222222222222", "BREAK-GLASS-RANSOMWARE", "ana-break-glass", "eu-west-1"
ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"

BARE = f"""
import json
from botocore.session import Session
given = Session().create_client("sts", region_name="{REGION}").assume_role(
    RoleArn="{ARN}", RoleSessionName="{USER}")["Credentials"]
given["Expiration"] = given["Expiration"].isoformat()
print(json.dumps({{"Version": 1, **given}}))
"""

OURS = (str(BIN / "breakglass"), "credentials", "--as", "process", "--account", ACCOUNT, "--role", ROLE)
COMMANDS: Mapping[str, Sequence[str]] = {
    "botocore": (sys.executable, "-c", BARE),
    "breakglass": (*OURS, "--regions", f"{REGION},us-west-2", "--session-name", USER),
    "aws_cli": (str(BIN / "aws"), "sts", "assume-role", "--role-arn", ARN, "--role-session-name", USER),
}

ANSWER = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/EXAMPLEKEY</SecretAccessKey>
<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>"""


class _Sts(BaseHTTPRequestHandler):
    """Answers every request with the same credentials."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_details: object) -> None:
        pass


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return how long one run of a command takes."""
    begun = time.perf_counter()
    ran = subprocess.run(command, check=True, capture_output=True, env=environment)
    taken = time.perf_counter() - begun
    if b"ASIAIOSFODNN7EXAMPLE" not in ran.stdout:
        raise RuntimeError(f"{command[0]} printed no credentials")
    return taken


def measure(environment: Mapping[str, str]) -> dict[str, list[float]]:
    """Run all commands in turn, after one run of each that does not count."""
    for command in COMMANDS.values():
        seconds(command, environment)
    turns = [{name: seconds(command, environment) for name, command in COMMANDS.items()} for _ in range(RUNS)]
    return {name: [turn[name] for turn in turns] for name in COMMANDS}


def figures(taken: Mapping[str, list[float]]) -> dict[str, float]:
    """Return medians, and medians of the ratios within a turn."""
    ratios = {
        f"vs_{name}": statistics.median(ours / theirs for ours, theirs in zip(taken["breakglass"], times, strict=True))
        for name, times in taken.items()
        if name != "breakglass"
    }
    medians = {f"{name}_seconds": statistics.median(times) for name, times in taken.items()}
    return {name: round(value, 3) for name, value in (medians | ratios).items()}


def main() -> None:
    """Measure and print."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sts)
    Thread(target=server.serve_forever, daemon=True).start()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BREAKGLASS_"))}
    environment |= {
        "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "NO_PROXY": "127.0.0.1",
    }
    print(json.dumps(figures(measure(environment))))
    server.shutdown()


if __name__ == "__main__":
    main()
