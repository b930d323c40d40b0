"""Looking into a store: chats, people, figures, and SQL of one's own."""
