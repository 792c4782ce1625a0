"""How files are written: each whole or not at all, and a cutover as one."""
