"""Files over HTTP: uploads, downloads, links."""
