"""What a person does in a browser, and what they then see."""
