"""What no responder may do, whatever the playbook: each action with the harm it would do.

The ways to more rights start from https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
"""

from collections.abc import Mapping

_FORBIDDEN = {
    "give oneself or another more rights": """
        iam:AddClientIDToOpenIDConnectProvider iam:AddRoleToInstanceProfile iam:AddUserToGroup iam:AttachGroupPolicy
        iam:AttachRolePolicy iam:AttachUserPolicy iam:CreateOpenIDConnectProvider iam:CreatePolicy
        iam:CreatePolicyVersion iam:CreateRole iam:CreateSAMLProvider iam:CreateUser iam:DeleteGroupPolicy
        iam:DeleteRolePermissionsBoundary iam:DeleteRolePolicy iam:DeleteUserPermissionsBoundary iam:DeleteUserPolicy
        iam:DetachGroupPolicy iam:DetachRolePolicy iam:DetachUserPolicy iam:PutGroupPolicy
        iam:PutRolePermissionsBoundary iam:PutRolePolicy iam:PutUserPermissionsBoundary iam:PutUserPolicy
        iam:RemoveUserFromGroup iam:SetDefaultPolicyVersion iam:TagOpenIDConnectProvider iam:TagPolicy iam:TagRole
        iam:TagSAMLProvider iam:TagUser iam:UntagOpenIDConnectProvider iam:UntagRole iam:UntagSAMLProvider
        iam:UntagUser iam:UpdateAssumeRolePolicy iam:UpdateRole
        sso:AttachCustomerManagedPolicyReferenceToPermissionSet sso:AttachManagedPolicyToPermissionSet
        sso:CreateAccountAssignment sso:CreatePermissionSet sso:DeleteInlinePolicyFromPermissionSet
        sso:DeletePermissionsBoundaryFromPermissionSet sso:PutInlinePolicyToPermissionSet
        sso:PutPermissionsBoundaryToPermissionSet sso:UpdatePermissionSet sso-directory:AddMemberToGroup
        identitystore:CreateGroupMembership
        """,
    "make or renew a credential": """
        iam:ChangePassword iam:CreateAccessKey iam:CreateLoginProfile iam:CreateServiceSpecificCredential
        iam:CreateVirtualMFADevice iam:DeactivateMFADevice iam:EnableMFADevice iam:ResetServiceSpecificCredential
        iam:ResyncMFADevice iam:UpdateLoginProfile iam:UpdateSSHPublicKey iam:UpdateServiceSpecificCredential
        iam:UploadSSHPublicKey iam:UploadSigningCertificate identitystore:CreateUser
        sso-directory:CreateExternalIdPConfigurationForDirectory sso-directory:CreateUser
        sso-directory:ImportExternalIdPCertificate sso-directory:UpdateExternalIdPConfigurationForDirectory
        sso-directory:UpdatePassword
        """,
    "become somebody else": """
        ec2:AssociateIamInstanceProfile ec2:ReplaceIamInstanceProfileAssociation sts:AssumeRole
        sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot sts:GetFederationToken
        """,
    "run code where a stronger role waits": """
        autoscaling:CreateAutoScalingGroup autoscaling:StartInstanceRefresh autoscaling:UpdateAutoScalingGroup
        cloudformation:CreateChangeSet cloudformation:CreateStack cloudformation:UpdateStack codebuild:StartBuild
        ec2:ModifyInstanceAttribute ec2:RequestSpotInstances ec2:RunInstances ecs:ExecuteCommand
        ecs:RegisterTaskDefinition ecs:RunTask ecs:UpdateService glue:CreateJob lambda:AddPermission
        lambda:CreateFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration ssm:CreateAssociation
        ssm:CreateDocument ssm:ModifyDocumentPermission ssm:UpdateAssociation ssm:UpdateDocument
        ssm:UpdateDocumentDefaultVersion states:StartExecution
        """,
    "reach a host beside Session Manager": """
        ec2-instance-connect:OpenTunnel ec2-instance-connect:SendSSHPublicKey
        ec2-instance-connect:SendSerialConsoleSSHPublicKey ec2:EnableSerialConsoleAccess ec2:GetPasswordData
        """,
    "loosen what keeps others out": """
        cloudfront:UpdateDistribution ec2:AuthorizeSecurityGroupEgress ec2:AuthorizeSecurityGroupIngress
        ec2:DisableImageBlockPublicAccess ec2:DisableSnapshotBlockPublicAccess ec2:ModifyImageAttribute
        ec2:ModifySnapshotAttribute kms:PutKeyPolicy organizations:CreatePolicy organizations:DisablePolicyType
        organizations:MoveAccount organizations:PutResourcePolicy organizations:RegisterDelegatedAdministrator
        organizations:RemoveAccountFromOrganization organizations:UpdatePolicy s3:DeleteBucketPolicy
        s3:PutBucketAcl s3:PutBucketPolicy s3:PutObjectAcl secretsmanager:PutResourcePolicy
        route53:ChangeResourceRecordSets shield:DeleteProtection signin:PutConsoleAuthorizationConfiguration
        signin:PutResourcePermissionStatement wafv2:AssociateWebACL wafv2:DeleteWebACL wafv2:DisassociateWebACL
        wafv2:UpdateWebACL
        """,
    "read the data the playbook protects": """
        cloudfront:GetDistribution cloudfront:GetDistributionConfig cloudfront:ListDistributions
        dynamodb:GetItem dynamodb:Query dynamodb:Scan ebs:GetSnapshotBlock ec2:DescribeInstanceAttribute
        ec2:DescribeLaunchTemplateVersions ec2:DescribeVpnConnections ec2:GetConsoleOutput lambda:GetFunction
        lambda:GetFunctionConfiguration lambda:ListFunctions logs:FilterLogEvents logs:GetLogEvents
        logs:StartQuery macie2:GetSensitiveDataOccurrences rds-db:connect rds:DownloadDBLogFilePortion
        s3:GetObject s3:GetObjectVersion ssm:GetParameter ssm:GetParameters
        """,
    "destroy data, backups or evidence": """
        backup:DeleteBackupVault backup:DeleteRecoveryPoint backup:PutBackupVaultAccessPolicy
        backup:UpdateRecoveryPointLifecycle ec2:DeleteSnapshot ec2:DeleteTags ec2:DeregisterImage
        ec2:TerminateInstances ec2:UnlockSnapshot iam:DeleteAccessKey kms:DisableKey kms:ScheduleKeyDeletion
        organizations:CloseAccount organizations:LeaveOrganization rds:DeleteDBInstance rds:DeleteDBSnapshot
        rds:ModifyDBCluster rds:ModifyDBInstance s3:BypassGovernanceRetention s3:DeleteBucket s3:DeleteObject
        s3:DeleteObjectVersion s3:PutBucketVersioning s3:PutLifecycleConfiguration s3:PutObject
        secretsmanager:DeleteSecret secretsmanager:PutSecretValue secretsmanager:UpdateSecret
        """,
}

FORBIDDEN: Mapping[str, str] = {action: harm for harm, actions in _FORBIDDEN.items() for action in actions.split()}
"""Action -> the harm."""

TAMPERING = [
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:PutInsightSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
    "cloudwatch:PutAlarmMuteRule",
    "cloudwatch:PutCompositeAlarm",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:SetAlarmState",
    "config:DeleteConfigRule",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:PutConfigurationRecorder",
    "config:StopConfigurationRecorder",
    "events:DeleteRule",
    "events:DisableRule",
    "events:PutRule",
    "events:RemoveTargets",
    "guardduty:ArchiveFindings",
    "guardduty:CreateFilter",
    "guardduty:CreateIPSet",
    "guardduty:DeleteDetector",
    "guardduty:DeleteMembers",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:StopMonitoringMembers",
    "guardduty:UpdateDetector",
    "logs:DeleteLogGroup",
    "logs:DeleteLogStream",
    "logs:DeleteMetricFilter",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
    "securityhub:BatchUpdateFindings",
    "securityhub:DeleteMembers",
    "securityhub:DisableSecurityHub",
    "sns:DeleteTopic",
    "sns:SetTopicAttributes",
    "sns:Unsubscribe",
]
"""How the trail, the alerts and the detectors could be silenced."""

WATCHING = frozenset(
    [
        "access-analyzer",
        "cloudtrail",
        "cloudwatch",
        "config",
        "events",
        "guardduty",
        "logs",
        "macie2",
        "securityhub",
        "sns",
    ]
)
"""The services that watch: a responder changes nothing in any of them."""
