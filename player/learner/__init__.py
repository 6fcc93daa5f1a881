"""The learner: what a listener is believed to understand."""
