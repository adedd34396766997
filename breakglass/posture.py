"""Types of what surrounds emergency access and is never desired: looked at by verification, and by nothing else.

They stand beside the types of resources in surveys, in what is unread, and in the tables of rights.
"""

from typing import Final

ACCOUNT: Final = "AWS::Organizations::Account"
"""What every account has: a root user, alternate contacts."""
SIGN_IN: Final = "AWS::SignIn::ResourcePolicy"
"""Who may sign in to the console of an account, and from where."""
GUARDED: Final = "control policy"
"""Every control policy of the organization, whoever made it, and what it is attached to."""
RESOURCE_POLICY: Final = "resource policy"
"""The policies of keys and buckets in accounts in which playbooks are carried out."""
CONFIG_RULE: Final = "AWS::Config::ConfigRule"
"""Rules that would act upon users, in the regions of the security account."""
ANALYZER: Final = "AWS::AccessAnalyzer::Analyzer"
"""What IAM Access Analyzer has found about roles of ours, in the audit account."""
