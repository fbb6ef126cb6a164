"""The first process: webhooks in, REST and event streams out, the pages, the commands."""
