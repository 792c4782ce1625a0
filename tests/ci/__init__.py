"""The scripts that CI systems run, in a shell, beside stand-ins for what their hosts offer."""
