"""What the values of a manifest may look like: a pattern for each kind, and the pattern in words."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from breakglass import naming

_ACCOUNT_ID = r"^[0-9]{12}$"
_REGION = r"^[a-z]{2}(-[a-z]+)+-[0-9]$"
_EMAIL = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$"
NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_FOLDER = r"^[A-Za-z0-9_][A-Za-z0-9_. -]*(/[A-Za-z0-9_][A-Za-z0-9_. -]*)*$"
_ACCOUNT_NAME = r"^[\x20-\x7e]{1,50}$"
"""https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html"""
_PERSON_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
UNSEEN = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
"""What is not seen on paper and changes how the rest is: control characters, line ends, marks of direction.

https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
"""
_PERSON_NAME = rf"^[^{UNSEEN}]{{1,100}}$"
_PHONE = r"^\+?[0-9][0-9 ()./-]{1,38}$"
_NOTE = rf"^[^{UNSEEN}]{{1,200}}$"
_ROLE_NAME = r"^[A-Za-z0-9+=,.@_-]{1,64}$"
_QUEUE_ARN = r"^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$"
_HTTPS_URL = r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[\x21-\x7e]*)?$"
_FINDING = r"^[A-Z][A-Z0-9_]{2,39}$"
_LOG_GROUP = r"^[A-Za-z0-9_./#-]{1,512}$"
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""
_UNIT = r"^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$"
"""https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html"""
_BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
_ORGANIZATION = r"^o-[a-z0-9]{1,32}$"
"""AWS documents ten characters at least; we make no ids, so only what no organization could have is refused.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
"""

WORDS: Mapping[str, str] = {
    _ACCOUNT_ID: "an account id: twelve digits, in quotes",
    _REGION: "a region such as `eu-west-1`",
    _EMAIL: "an email address",
    NAME: "a name of lower case letters, digits and single hyphens that begins with a letter",
    _FOLDER: "a folder below the one the manifest is in, such as `playbooks`: relative, without `..`",
    _ACCOUNT_NAME: "an account name: one to 50 characters of ASCII",
    _PERSON_ID: "an id of ASCII letters, digits, dots, hyphens and underscores that begins with a letter or digit",
    _PERSON_NAME: "a name of one to 100 characters on one line",
    _PHONE: "a telephone number: digits, spaces and ()./-, with a + before them or without",
    _NOTE: "a note of one to 200 characters on one line",
    _ROLE_NAME: "a role name, without path: one to 64 ASCII letters, digits and +=,.@_-",
    _QUEUE_ARN: "the ARN of an SQS queue",
    _FINDING: "the code of a finding such as `CONTACT_MISSING`",
    _HTTPS_URL: "an address such as `https://pager.example/alerts`",
    _LOG_GROUP: "the name of a log group: one to 512 ASCII letters, digits and _./#-",
    _UNIT: "the id of an organizational unit such as `ou-exampleroot-exampleou1`",
    _BUCKET: "the name of a bucket: three to 63 lower case letters, digits, dots and hyphens",
    _ORGANIZATION: "an organization id such as `o-exampleorgid`",
}
"""Every pattern here, in words."""


def _written(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("date_parsing", "not written as a day")
    return value


AccountId = Annotated[str, Field(pattern=_ACCOUNT_ID)]
Partition = Literal["aws", "aws-us-gov", "aws-cn"]
Region = Annotated[str, Field(pattern=_REGION)]
Email = Annotated[str, Field(pattern=_EMAIL, max_length=254)]
Name = Annotated[str, Field(pattern=NAME, max_length=40)]
"""A name of ours that becomes part of IAM names, which are unique without regard to case."""
Folder = Annotated[str, Field(pattern=_FOLDER, max_length=255)]
AccountName = Annotated[str, Field(pattern=_ACCOUNT_NAME)]
PersonId = Annotated[str, Field(pattern=_PERSON_ID, max_length=64 - len(naming.USER_SUFFIX))]
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: user names have 64 characters."""
RoleName = Annotated[str, Field(pattern=_ROLE_NAME)]
QueueArn = Annotated[str, Field(pattern=_QUEUE_ARN)]
HttpsUrl = Annotated[str, Field(pattern=_HTTPS_URL, max_length=2048)]
Version = Annotated[Literal[1], BeforeValidator(lambda value: 1 if value == "1" else value)]
"""Files are read as text, and a literal is not coerced."""
PersonName = Annotated[str, Field(pattern=_PERSON_NAME)]
Phone = Annotated[str, Field(pattern=_PHONE)]
Note = Annotated[str, Field(pattern=_NOTE)]
Day = Annotated[date, BeforeValidator(_written)]
"""As it is written in ISO 8601: a number is none, though a validator may take it for seconds."""
FindingCode = Annotated[str, Field(pattern=_FINDING)]
Gravity = Literal["low", "medium", "high", "critical"]
"""How grave a finding is, in the words of AWS Security Hub."""
LogGroup = Annotated[str, Field(pattern=_LOG_GROUP)]
UnitId = Annotated[str, Field(pattern=_UNIT)]
BucketName = Annotated[str, Field(pattern=_BUCKET)]
OrganizationId = Annotated[str, Field(pattern=_ORGANIZATION)]


def is_account_name(name: str) -> bool:
    """Tell whether an account may be called so: what looks like an id would be another account's."""
    return bool(re.fullmatch(_ACCOUNT_NAME, name)) and not re.fullmatch(_ACCOUNT_ID, name)
