"""moto tells a maximum password age of 0 where there is none. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
"""

TRANSFORMERS = {"PasswordPolicy.MaxPasswordAge": lambda age: age or None}
