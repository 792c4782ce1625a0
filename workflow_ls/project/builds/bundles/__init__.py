"""What bundles are made of, and which modules stay out of them."""
