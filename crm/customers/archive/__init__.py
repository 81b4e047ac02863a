"""What an archive is: its fields, the rules over its values, how they are read and shown."""
