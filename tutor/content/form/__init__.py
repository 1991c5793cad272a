"""Rules of form that `check` holds a pack to: nothing is run, trained or built for them."""
