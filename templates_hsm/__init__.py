"""WhatsApp templates (HSM), held replies and campaigns."""
