"""Patients met one by one: practice, the exercises there are, what was met before."""
