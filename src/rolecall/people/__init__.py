"""Who the owner is, what somebody is called, and which accounts are one person."""
