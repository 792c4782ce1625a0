"""What crosses the wire: streams, messages, capabilities, and values from and to LSP."""
