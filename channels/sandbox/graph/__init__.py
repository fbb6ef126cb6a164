"""Meta's Graph API for WhatsApp: the Cloud API, its webhooks and its customers."""
