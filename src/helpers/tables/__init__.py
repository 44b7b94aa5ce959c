"""Tables: read, parsed, cleaned from the transcription, described."""
