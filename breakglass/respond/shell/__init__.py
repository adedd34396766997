"""From a session of the emergency user into a role: credentials, profiles, and what would stand in the way."""
