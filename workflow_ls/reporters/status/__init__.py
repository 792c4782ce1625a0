"""The formats of `status`, and what its page is made of: styles, a script, and uPlot 1.6.32 (MIT, as npm has it)."""
