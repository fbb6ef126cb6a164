"""Finding messages by their words, and with them conversations; saved views of lists."""
