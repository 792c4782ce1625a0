"""The entries of `exports` in manifests: planned, checked, written, and compared with what needs them."""
