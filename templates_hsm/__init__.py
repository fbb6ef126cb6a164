"""WhatsApp's message templates (HSM), and campaigns that send them to many."""
