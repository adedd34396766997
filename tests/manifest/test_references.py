"""Wrong references and contradictions planted in the example: each gives one problem, on its line."""

from pathlib import Path

import pytest

from tests.manifest.support import Mistake, assert_told, planted, problems

PROD = '{id: "222222222222", name: prod}'
PAYMENTS = "{name: payments, playbooks: [data-breach], accounts: [payments]}"
ORGANIZATION = "{name: organization, playbooks: [lost-access], accounts: [management]}"
BO_ID = "{id: bo,"
EMAILS = "email: [security@acme.example, oncall@acme.example]"
SECURITY = 'security_account: "111111111111"'
AUDIT = 'audit_account: "333333333333"'
DOOR = 'management_account: {id: "999999999999", name: management, playbooks: [lost-access]}'

LIMITS = "limits: {session_hours: 1, minimum_ways_in: 2}"
ASIDE = "- {{code: {}, subject: {}, severity: high, owner: Ana, reason: it moves, expires: 2027-03-31}}"


MISTAKES = (
    Mistake(
        "account-named-like-an-id",
        PROD,
        PROD.replace("name: prod", 'name: "444444444444"'),
        "accounts[0].name",
        ("'444444444444'", "looks like the id"),
    ),
    Mistake(
        "playbook-absent",
        "ransomware, data-breach, lost-access]\n\n",
        "ransomwar, data-breach, lost-access]\n\n",
        "playbooks[0]",
        ("'ransomwar'", "ships", "did you mean `ransomware`"),
    ),
    Mistake(
        "playbook-reserved",
        "ransomware, data-breach, lost-access]\n\n",
        "ransomware, data-breach, lost-access, canary]\n\n",
        "playbooks[3]",
        ("'canary'", "reserved"),
    ),
    Mistake(
        "playbook-of-team",
        "playbooks: [data-breach]",
        "playbooks: [data-breech]",
        "teams[1].playbooks[0]",
        ("'data-breech'", "`data-breach`"),
    ),
    Mistake(
        "playbook-of-door",
        DOOR,
        DOOR.replace("lost-access", "lost-acces"),
        "management_account.playbooks[0]",
        ("'lost-acces'", "`lost-access`"),
    ),
    Mistake(
        "account-of-team",
        "accounts: [payments]",
        "accounts: [paymets]",
        "teams[1].accounts[0]",
        ("'paymets'", "`payments`"),
    ),
    Mistake(
        "account-nowhere", "accounts: [payments]", "accounts: [zzz]", "teams[1].accounts[0]", ("'zzz'", "no account")
    ),
    Mistake(
        "unseen-set-aside",
        LIMITS,
        f"{LIMITS}\nsuppressions:\n{ASIDE.format('NOT_PROVED', 'prod')}",
        "suppressions[0].code",
        ("is never set aside",),
        at="- {code: NOT_PROVED",
    ),
    Mistake(
        "suppression-set-aside",
        LIMITS,
        f"{LIMITS}\nsuppressions:\n{ASIDE.format('SUPPRESSION_UNUSED', 'prod')}",
        "suppressions[0].code",
        ("mend or take out",),
        at="- {code: SUPPRESSION",
    ),
    Mistake(
        "set-aside-twice",
        LIMITS,
        f"{LIMITS}\nsuppressions:\n{ASIDE.format('BOUNDARY', 'ana')}\n{ASIDE.format('BOUNDARY', 'bo')}"
        f"\n{ASIDE.format('DRIFT', 'ana')}\n{ASIDE.format('BOUNDARY', 'ana')}\n# end",
        "suppressions[3].subject",
        ("'ana' is set aside twice", "first on line"),
        at="- {code: BOUNDARY, subject: ana, severity: high, owner: Ana, reason: it moves, expires: 2027-03-31}\n# end",
    ),
    Mistake("account-all", "accounts: all", "accounts: [all]", "teams[0].accounts[0]", ("without brackets",)),
    Mistake(
        "team-of-person",
        "teams: [incident, organization]}",
        "teams: [incidents, organization]}",
        "responders[0].teams[0]",
        ("'incidents'", "`incident`"),
    ),
    Mistake(
        "person-twice", BO_ID, "{id: ana,", "responders[1].id", ("'ana'", "first on line"), at="{id: ana, name: Bo"
    ),
    Mistake("person-twice-case", BO_ID, "{id: Ana,", "responders[1].id", ("'Ana'", "by case")),
    Mistake(
        "id-twice",
        '"444444444444"',
        '"222222222222"',
        "accounts[1].id",
        ("first on line",),
        at='"222222222222", name: payments',
    ),
    Mistake(
        "account-twice",
        "name: data}",
        "name: prod}",
        "accounts[2].name",
        ("'prod'", "first on line"),
        at='"555555555555"',
    ),
    Mistake(
        "team-twice",
        ORGANIZATION,
        f"{ORGANIZATION}\n  - {PAYMENTS}",
        "teams[3].name",
        ("'payments'", "first on line"),
        at="\n\nresponders",
    ),
    Mistake(
        "playbook-twice",
        "playbooks: [data-breach]",
        "playbooks: [data-breach, data-breach]",
        "teams[1].playbooks[1]",
        ("twice",),
    ),
    Mistake(
        "region-twice",
        "[eu-west-1, us-west-2,",
        "[eu-west-1, eu-west-1, us-west-2,",
        "regions[1]",
        ("'eu-west-1'", "twice"),
    ),
    Mistake(
        "membership-twice",
        "teams: [payments]}",
        "teams: [payments, payments]}",
        "responders[4].teams[1]",
        ("'payments'", "twice"),
    ),
    Mistake("address-twice", EMAILS, "email: [a@acme.example, a@acme.example]", "alerts.email[1]", ("twice",)),
    Mistake("named-all", "name: prod}", "name: all}", "accounts[0].name", ("'all'", "all accounts")),
    Mistake("named-security", "name: prod}", "name: security}", "accounts[0].name", ("the security account",)),
    Mistake("named-audit", "name: prod}", "name: audit}", "accounts[0].name", ("the audit account",)),
    Mistake("named-management", "name: prod}", "name: management}", "accounts[0].name", ("the management account",)),
    Mistake(
        "security-in-accounts",
        PROD,
        '{id: "111111111111", name: prod}',
        "accounts[0].id",
        ("security account", "no workloads"),
    ),
    Mistake(
        "management-in-accounts",
        PROD,
        '{id: "999999999999", name: prod}',
        "accounts[0].id",
        ("management account", "its own"),
    ),
    Mistake(
        "security-is-management",
        SECURITY,
        'security_account: "999999999999"',
        "security_account",
        ("service control policies",),
    ),
    Mistake("security-is-audit", AUDIT, 'audit_account: "111111111111"', "audit_account", ("verifies",)),
    Mistake(
        "audit-is-management", AUDIT, 'audit_account: "999999999999"', "audit_account", ("service control policies",)
    ),
    Mistake(
        "closed-door",
        ORGANIZATION,
        ORGANIZATION.replace("lost-access", "ransomware"),
        "teams[2].accounts[0]",
        ("no right there",),
    ),
    Mistake(
        "partition-of-region", "region: eu-west-1,", "region: cn-north-1,", "trail.region", ("'cn-north-1'", "aws-cn")
    ),
    Mistake(
        "partition-of-gov",
        "ap-southeast-2]   # sign",
        "us-gov-west-1]   # sign",
        "regions[2]",
        ("aws-us-gov", "is for aws"),
    ),
    Mistake("partition-of-queue", "arn:aws:sqs:us-west-2", "arn:aws-cn:sqs:cn-north-1", "alerts.sqs[0]", ("aws-cn",)),
    Mistake(
        "second-region",
        "second_region: us-west-2",
        "second_region: us-west-1",
        "alerts.second_region",
        ("'us-west-1'", "`alerts.regions`"),
    ),
    Mistake(
        "role-in-namespace",
        "engine: direct",
        "provisioning_role: Break-Glass-Admin",
        "provisioning_role",
        ("namespace",),
    ),
    Mistake(
        "role-is-verifier",
        "engine: direct",
        "provisioning_role: breakglassverifier",
        "provisioning_role",
        ("namespace",),
    ),
    Mistake("blank", "name: Ana Souza", "name: FILL-IN", "responders[0].name", ("still FILL-IN",)),
    Mistake("blank-id", SECURITY, "security_account: FILL-IN", "security_account", ("still FILL-IN",)),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_a_mistake_gives_one_problem_on_its_line(mistake: Mistake, tmp_path: Path) -> None:
    assert_told(mistake, tmp_path)


def says(folder: Path, *mistakes: tuple[str, str]) -> list[str]:
    """Return what is said of mistakes that need several changes: path and message."""
    return [problem.partition(" ")[2] for problem in problems(folder, planted(*mistakes))]


def test_the_management_account_may_not_take_a_name_that_means_another(tmp_path: Path) -> None:
    found = says(tmp_path, ("name: management,", "name: security,"), ("[management]", "[security]"))
    assert found == ["management_account.name: 'security' already means the security account: choose another name"]


def test_the_management_account_has_a_name_by_default(tmp_path: Path) -> None:
    assert says(tmp_path, ("name: management, ", "")) == []
    assert len(says(tmp_path, ("name: management, ", ""), ("name: prod}", "name: management}"))) == 1


def test_the_audit_account_may_be_listed_under_any_name_of_its_own(tmp_path: Path) -> None:
    row = '- {id: "333333333333", name: NAME}\n  - {id: "222222222222"'
    for name in ("audit", "evidence"):
        assert says(tmp_path, ('- {id: "222222222222"', row.replace("NAME", name))) == []
    assert len(says(tmp_path, ('- {id: "222222222222"', row.replace("NAME", "payments")))) == 1


def test_a_team_nobody_is_in_is_fine(tmp_path: Path) -> None:
    assert says(tmp_path, (PAYMENTS, f"{PAYMENTS}\n  - {PAYMENTS.replace('name: payments', 'name: later')}")) == []


def test_a_door_without_playbooks_is_closed_to_every_team(tmp_path: Path) -> None:
    assert len(says(tmp_path, (", playbooks: [lost-access]}\nsec", "}\nsec"))) == 1


def test_alerts_need_one_receiver(tmp_path: Path) -> None:
    email = ("  email: [security@acme.example, oncall@acme.example]\n", "")
    queue = ('  sqs: ["arn:aws:sqs:us-west-2:333333333333:pager"]\n', "  sqs: []\n")
    assert says(tmp_path, email) == says(tmp_path, queue) == []
    assert len(found := says(tmp_path, email, queue)) == 1
    assert "nobody would be told" in found[0]


WITHOUT_HOME = "regions: [eu-west-1, us-west-2, ap-southeast-2]   # all"
EVERY_REGION = "regions: [eu-west-1, us-east-1, us-west-2, ap-southeast-2]   # all"


def test_alerts_are_wanted_where_iam_logs(tmp_path: Path) -> None:
    (found,) = says(tmp_path, (EVERY_REGION, WITHOUT_HOME))
    assert found.startswith("alerts.regions: lacks 'us-east-1'")
    assert "add it" in found


@pytest.mark.parametrize(("partition", "home"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")])
def test_each_partition_logs_iam_in_a_region_of_its_own(tmp_path: Path, partition: str, home: str) -> None:
    found = says(tmp_path, ("partition: aws\n", f"partition: {partition}\n"))
    assert any(each.startswith(f"alerts.regions: lacks '{home}'") for each in found)
    found = says(tmp_path, ("partition: aws\n", f"partition: {partition}\n"), (EVERY_REGION, f"regions: [{home}]"))
    assert not any("lacks" in each for each in found)


def test_regions_of_a_wrong_shape_lack_nothing(tmp_path: Path) -> None:
    for wrong in ("regions: eu-west-1   # all", "regions: []   # all"):
        assert not any("lacks" in each for each in says(tmp_path, (EVERY_REGION, wrong)))


def test_alerts_of_a_wrong_shape_are_told_of_once(tmp_path: Path) -> None:
    assert says(tmp_path, ("alerts:\n", "alerts: []\nlimits_of:\n")) == [
        "alerts: is an empty list: must be a mapping of keys to values",
        "limits_of: is not a known key",
    ]
    assert len(says(tmp_path, ("  email: [", "  email: {a: ["), ("oncall@acme.example]", "oncall@acme.example]}"))) == 1


def test_a_wrong_shape_hides_no_unknown_name_elsewhere(tmp_path: Path) -> None:
    found = says(tmp_path, ("name: incident, ", "name: inCident, "), ("teams: [payments]", "teams: [paymens]"))
    assert [each.partition(":")[0] for each in found] == [
        "teams[0].name",
        *[f"responders[{n}].teams[0]" for n in range(5)],
    ]


@pytest.mark.parametrize(
    "mistake",
    [
        ("name: payments}", "nome: payments}"),
        ("name: payments}", "name: }"),
        ("name: payments, playbooks", "nome: payments, playbooks"),
        ("accounts:\n", "acounts:\n"),
        ("teams:\n", "team:\n"),
        ("partition: aws", "partition: aws-eu"),
        ("regions: [eu-west-1, us-east-1", "regions: [{eu-west-1: x}, us-east-1"),
        ("name: management, playbooks", "nome: management, playbooks"),
        ("name: management, playbooks: [l", "name: management, playbook: [l"),
        ("management_account:", "management_acount:"),
        ("playbooks: [ransomware, data-breach, lost-access]\n\n", "playbook: [ransomware]\n\n"),
        ("name: organization, playbooks: [lost-access]", "name: organization, playbooks: [lost-acces]"),
        ("management, playbooks: [lost-access]}\nsec", "management, playbooks: [lost_access]}\nsec"),
    ],
    ids=lambda mistake: str(mistake[1]).strip(),
)
def test_what_cannot_be_read_is_not_held_against_what_refers_to_it(mistake: tuple[str, str], tmp_path: Path) -> None:
    assert len(says(tmp_path, mistake)) == 1


def test_any_other_role_may_provision(tmp_path: Path) -> None:
    assert says(tmp_path, ("engine: direct", "provisioning_role: PlatformAdministrator")) == []
