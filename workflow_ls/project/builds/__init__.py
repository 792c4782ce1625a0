"""What configurations of builds and test runners say, read without running them."""
