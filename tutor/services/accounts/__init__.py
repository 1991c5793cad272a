"""Who somebody is and what they may do: accounts, places of guests, passwords, one's own data."""
