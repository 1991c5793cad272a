"""Pictures of patients: drawn from a patient's state, measured for the algorithm and shown."""
