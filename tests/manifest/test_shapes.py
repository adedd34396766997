"""Wrong shapes planted in the example: each gives one problem, on its line, in our words."""

from pathlib import Path

import pytest

from tests.manifest.support import Mistake, assert_told

PROD = '{id: "222222222222", name: prod}'
PAYMENTS = "{name: payments, playbooks: [data-breach], accounts: [payments]}"
LIMITS = "limits: {session_hours: 1, minimum_ways_in: 2}"
ANSWERED = "severity: high, owner: Ana, reason: why"
UNTIL = "expires: 2027-03-31"
AUDIT = 'audit_account: "333333333333"'


MISTAKES = (
    Mistake("version", "version: 1", "version: 2", "version", ("'2'", "must be 1")),
    *(
        Mistake(
            f"day-{day}",
            LIMITS,
            f"{LIMITS}\nsuppressions: [{{code: DRIFT, subject: x, {ANSWERED}, expires: {day}}}]",
            "suppressions[0].expires",
            ("must be a day such as `2027-03-31`",),
            at="suppressions:",
        )
        for day in ("1798675200", "2027-13-01", "31.3.2027", "2027-03-31T00:00:00")
    ),
    *(
        Mistake(
            f"gravity-{each}",
            LIMITS,
            f"{LIMITS}\nsuppressions: [{{code: DRIFT, subject: x, severity: {each}, owner: A, reason: b, {UNTIL}}}]",
            "suppressions[0].severity",
            ("`critical`", "`low`"),
            at="suppressions:",
        )
        for each in ("grave", "HIGH", "informational", "3")
    ),
    Mistake(
        "gravity-none",
        LIMITS,
        f"{LIMITS}\nsuppressions: [{{code: DRIFT, subject: x, owner: Ana, reason: why, {UNTIL}}}]",
        "suppressions[0]",
        ("severity",),
        at="suppressions:",
    ),
    Mistake("version-words", "version: 1", "version: one", "version", ("'one'", "must be 1")),
    Mistake("name-case", "name: acme", "name: Acme", "name", ("'Acme'", "lower case")),
    Mistake("name-long", "name: acme", f"name: {'a' * 41}", "name", ("at most 40 characters",)),
    Mistake("name-empty", "name: acme", 'name: ""', "name", ("is empty", "lower case")),
    Mistake("unseen", "name: Ana Souza", 'name: "Ana \\u202eazuoS"', "responders[0].name", ("on one line",)),
    Mistake("name-mapping", "name: acme", "name: {a: b}", "name", ("is a mapping", "must be a text")),
    Mistake("partition", "partition: aws", "partition: azure", "partition", ("'azure'", "`aws-cn`")),
    Mistake("organization", "o-acme12345", "acme-1", "organization", ("'acme-1'", "organization id")),
    Mistake("id-short", '"111111111111"', '"11111111111"', "security_account", ("'11111111111'", "twelve digits")),
    Mistake("id-digits", '"111111111111"', '"' + "\u0661" * 12 + '"', "security_account", ("twelve digits",)),
    Mistake("id-number", '"111111111111"', "1.1e+11", "security_account", ("'1.1e+11'", "in quotes")),
    Mistake("id-list", AUDIT, "audit_account: [x]", "audit_account", ("is a list of 1", "must be a text")),
    Mistake("account-name", PROD, '{id: "222222222222", name: prød}', "accounts[0].name", ("'prød'", "ASCII")),
    Mistake("account-text", PROD, "prod", "accounts[0]", ("'prod'", "a mapping"), at="  - prod\n"),
    Mistake("region", "region: eu-west-1", "region: Ireland", "trail.region", ("'Ireland'", "`eu-west-1`")),
    Mistake("zone", "[eu-west-1, us-west-2,", "[eu-west-1a, us-west-2,", "regions[0]", ("'eu-west-1a'", "a region")),
    Mistake("log-group", "log_group: organization-trail", "log_group: a b", "trail.log_group", ("'a b'", "log group")),
    Mistake("trail-text", "trail: {account", "trail: x # {account", "trail", ("'x'", "a mapping")),
    Mistake("engine", "engine: direct", "engine: warp", "engine", ("'warp'", "must be `direct`")),
    Mistake(
        "role-path",
        "engine: direct",
        "provisioning_role: ops/Admin",
        "provisioning_role",
        ("'ops/Admin'", "without path"),
    ),
    Mistake("no-accounts-in-team", "accounts: all", "accounts: []", "teams[0].accounts", ("an empty list", "`all`")),
    Mistake(
        "accounts-word", "accounts: all", "accounts: prod", "teams[0].accounts", ("'prod'", "must be `all` or a list")
    ),
    Mistake("accounts-mapping", "accounts: all", "accounts: {a: b}", "teams[0].accounts", ("mapping", "`all`")),
    Mistake(
        "accounts-inside", "accounts: [payments]", "accounts: [[payments]]", "teams[1].accounts[0]", ("must be a text",)
    ),
    Mistake("no-playbooks", f"{PAYMENTS}", PAYMENTS.replace("[data-breach]", "[]"), "teams[1].playbooks", ("empty",)),
    Mistake("person-id", "{id: ana,", "{id: ana souza,", "responders[0].id", ("'ana souza'", "letters, digits")),
    Mistake("person-id-long", "{id: ana,", f"{{id: {'a' * 53},", "responders[0].id", ("at most 52 characters",)),
    Mistake("person-name", "Ana Souza", r'"Ana\e[31m"', "responders[0].name", ("on one line",)),
    Mistake("email", "ana@acme.example", "ana.acme.example", "responders[0].email", ("an email address",)),
    Mistake(
        "queue",
        '"arn:aws:sqs:us-west-2:333333333333:pager"',
        '"https://sqs/pager"',
        "alerts.sqs[0]",
        ("ARN of an SQS",),
    ),
    Mistake(
        "receivers", "minimum_receivers: 2", "minimum_receivers: two", "alerts.minimum_receivers", ("a whole number",)
    ),
    Mistake(
        "receivers-zero", "minimum_receivers: 2", "minimum_receivers: 0", "alerts.minimum_receivers", ("1 or more",)
    ),
    Mistake("hours", "session_hours: 1", "session_hours: 13", "limits.session_hours", ("'13'", "12 or less")),
    Mistake(
        "switch", "engine: direct", "aws_login: maybe\nengine: direct", "aws_login", ("'maybe'", "`true` or `false`")
    ),
    Mistake("switch-list", "engine: direct", "aws_login: []\nengine: direct", "aws_login", ("`true` or `false`",)),
    Mistake("hours-half", "session_hours: 1", "session_hours: 1.5", "limits.session_hours", ("a whole number",)),
    Mistake(
        "ways-list", "minimum_ways_in: 2", "minimum_ways_in: [2]", "limits.minimum_ways_in", ("list of 1", "number")
    ),
    Mistake(
        "ways-huge", "minimum_ways_in: 2", f"minimum_ways_in: {'9' * 5000}", "limits.minimum_ways_in", ("whole number",)
    ),
    Mistake("key-unknown", "engine: direct", "colour: red", "colour", ("not a known key",)),
    Mistake("key-long", "engine: direct", f"{'engine' * 20}: direct", f"'{'engine' * 10}…'", ("not a known key",)),
    Mistake("key-near", "engine: direct", "provisioning_roles: x", "provisioning_roles", ("`provisioning_role`",)),
    Mistake("key-mistyped", PROD, '{id: "222222222222", nmae: prod}', "accounts[0].nmae", ("did you mean `name`",)),
    Mistake("key-mistyped-top", "playbooks: [ransom", "playboks: [ransom", "playboks", ("did you mean `playbooks`",)),
    Mistake("key-mistyped-optional", LIMITS, "limits: {session_hour: 1}", "limits.session_hour", ("`session_hours`",)),
    Mistake("key-odd", "engine: direct", '"a\\nb c": x', r"'a\nb c'", ("not a known key",)),
    Mistake("key-missing", PROD, '{id: "222222222222"}', "accounts[0]", ("the key `name` is missing",)),
    Mistake("key-missing-top", "organization: o-acme12345", "", "", ("`organization` is missing",), at="version: 1"),
    Mistake(
        "key-missing-below",
        '{account: "333333333333", region: eu-west-1, log_group: organization-trail}',
        "\n  account: '333333333333'\n  region: eu-west-1",
        "trail",
        ("`log_group` is missing",),
        at="trail:",
    ),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_a_mistake_gives_one_problem_on_its_line(mistake: Mistake, tmp_path: Path) -> None:
    assert_told(mistake, tmp_path)
