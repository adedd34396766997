"""Every use is noticed on two independent channels: what of that should be in which region of which account."""
