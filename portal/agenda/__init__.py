"""期限日历: what is due on which day of a year, for one person at the desks."""
