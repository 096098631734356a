"""The demo city 云岚市: departments, people and documents written for it, and how they are loaded."""
