"""E-mails to the people of a class: what is told, to whom, and how it is sent."""
