"""What everything stands on: time, ids, settings, logs, problems, pages of lists."""
