"""Alembic's door: it is handed an open connection, already in a transaction."""

from alembic import context

from tutor.store import class_tables, lti_tables, message_tables  # noqa: F401 their tables are in the schema
from tutor.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
