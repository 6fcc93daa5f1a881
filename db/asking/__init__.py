"""What is asked of the store: reads only, each for one part of the program."""
