"""Yearly plans: tasks, press briefings, what came of them; and the trainings of the year."""
