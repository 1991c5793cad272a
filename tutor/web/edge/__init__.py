"""What every request passes before any page: small steps, each of plain ASGI."""
