"""What git says: its process, its history of moved files, and its other work trees."""
