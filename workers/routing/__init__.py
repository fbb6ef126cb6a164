"""Wake-ups and sweeps for queues."""
