"""A preview for authors: the learner's pages, and a panel that learners never have."""
