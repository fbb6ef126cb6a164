"""What a message is: its content, its status, its views, the reply window."""
