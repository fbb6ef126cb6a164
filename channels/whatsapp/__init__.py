"""WhatsApp Cloud API: webhooks in, messages out, Meta's limits and errors as tables.

`connector` is all that other rooms use. Checking and parsing need only msgspec; pywa, which
takes tens of megabytes, is loaded by the first send.
"""
