"""What can be written behind `netlapse`. What a command does is imported when it is called."""
