"""Reports: what is counted of conversations, by half hours, and how it is shown."""
