"""The responder's room: how a person gets in when everything else is down, and what they hold in their hands for it."""
