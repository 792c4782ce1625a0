"""The state of one connection: the client, its documents and folders, and the threads that own them."""
