"""What encounters add up to: a learner's report, a class's report, a file of judgments."""
