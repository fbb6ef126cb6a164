"""What a workspace sorts its customers and conversations by: tags, and a tree of topics."""
