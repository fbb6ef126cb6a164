"""What people do with a conversation's place: start, assign, transfer."""
