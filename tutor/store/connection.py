"""The type of a connection to the database, for those who pass one on and write no SQL."""

from sqlalchemy import Connection

__all__ = ["Connection"]
