"""What goes out of the house about an application: kinds, facts, words, paper. Pure; nothing here reads or writes rows."""
