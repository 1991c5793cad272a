"""Pages that learning platforms lead to, and how the LTI addresses are joined to the others."""
