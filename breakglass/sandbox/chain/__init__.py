"""What becomes of an event: the trails that log it, metric filters and alarms, rules and buses, topics and receivers.

Everything is carried out at once, while the call is answered that it comes from; what a service does on its way asks
the policies that AWS would ask, and is itself no event. The caller holds the emulator's lock.
"""
