"""What is built for users without Python: the program whole, and the npm packages.  `make test-dist` builds and tests them."""
