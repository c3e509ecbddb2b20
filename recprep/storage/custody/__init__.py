"""What a person may do with all that is kept: take it out, back it up, bring it back, dispose of it, erase it."""
