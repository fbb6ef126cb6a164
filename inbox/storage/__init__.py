"""MongoDB and Redis: the driver, indexes, leases, group commit, idempotency, wake-ups."""
