"""The way of a rendered mail: relayed by SMTP or written as a file, each result in the journal."""
