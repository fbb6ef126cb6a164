"""Web Push: what people are told of on a device on which the workplace is closed. See docs/workplace.md."""
