"""What the letters of a file are: white space, comments, names, and what no grammar knows."""
