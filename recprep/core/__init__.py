"""What the workbook knows. Pure: no widgets, SQL, clock, randomness or network."""
