"""Alembic's door: it is handed an open connection, already in a transaction."""

from alembic import context

from tutor.store import class_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=class_tables.metadata,
    render_as_batch=True,
)
context.run_migrations()
