"""What became of recipients: counts, report, retries, cancelled rows, opt-outs."""
