"""Web Push: events become notices, and notices are sent to push services."""
