"""LTI 1.3: what learning platforms send is verified here, and what they are told is signed."""
