"""What a channel's history has become too old for: shown before, deleted in small batches."""
