"""How an application comes in: the guided pages for citizens, the counter for staff."""
