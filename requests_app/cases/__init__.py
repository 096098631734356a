"""The spine of an application: its number, its clock, its verbs at the register, who is told."""
