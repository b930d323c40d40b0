"""Archives of any size, and a command that measures rolecall and LangChain's pipeline on the same one."""
