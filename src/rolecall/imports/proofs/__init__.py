"""What shows that two people or two chats are one."""
