"""The Derender language server."""
