"""What a look at a table suggests before anything is learned: leaks, columns to divide the rows by, codes."""
