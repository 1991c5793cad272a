"""Dermoscopic pictures of lesions of the skin."""
