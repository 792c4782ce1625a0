"""Which files are configurations of builds and test runners, by their names, and what those in JSON have."""
