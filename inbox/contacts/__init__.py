"""Customers as the business knows them: phone numbers, tags, consent, opt-out."""
