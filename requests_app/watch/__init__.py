"""What happens when time passes: dues, reminders, recounts, retention."""
