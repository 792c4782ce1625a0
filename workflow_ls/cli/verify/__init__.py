"""`--verify COMMAND`: a command of the user tries changes in a copy of the tree, before any file is written."""
