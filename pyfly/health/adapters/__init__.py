"""Health endpoints on the frameworks that serve them."""
