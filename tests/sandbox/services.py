"""Clients of the services that carry alerting, by the provisioning role of an account."""

from __future__ import annotations

from typing import Any

from tests.sandbox.support import MANAGEMENT, REGION, SECURITY, Clients, Keys, client


def aws_client(aws: Clients, name: str, account: str = SECURITY, region: str = REGION, keys: Keys | None = None) -> Any:  # noqa: ANN401 - a client of any service
    held = keys or (aws.administrator if account == MANAGEMENT else aws.provisioner(account))
    return client(name, aws.sandbox.url, region, held)
