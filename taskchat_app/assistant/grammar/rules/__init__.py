"""One module for each kind of wish in a message: regular expressions that make a command. Never an effect."""
