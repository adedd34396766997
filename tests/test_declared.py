"""The hook that holds the table of operations against every call: it hears the product, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session
from botocore.stub import Stubber

from breakglass.aws.clients import Clients
from tests.declared import Watch

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@pytest.fixture
def session() -> Session:
    made = Session()
    made.set_credentials("AKIAIOSFODNN7EXAMPLE", "x")
    return made


def call(client: BaseClient) -> None:
    """List the account aliases: nothing the product ever asks for."""
    with Stubber(client) as stubber:
        stubber.add_response("list_account_aliases", {"AccountAliases": [], "IsTruncated": False})
        cast("IAMClient", client).list_account_aliases()


def test_a_call_of_the_product_that_is_not_declared_is_heard(session: Session, watch: Watch) -> None:
    call(Clients(session).get("iam", "us-east-1"))
    assert watch.undeclared == ["iam:ListAccountAliases"]
    watch.undeclared.clear()


@pytest.mark.parametrize("config", [None, Config(user_agent_extra="intruder/1.0")])
def test_what_a_test_itself_calls_is_its_own_matter(session: Session, watch: Watch, config: Config | None) -> None:
    call(session.create_client("iam", region_name="us-east-1", config=config))
    assert watch.undeclared == []
