"""Web chat: a widget on the business's own pages. There is no provider: the visitor talks to us over a socket."""
