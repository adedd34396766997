"""How a person comes by a password and an MFA device, and how both come into envelopes."""
