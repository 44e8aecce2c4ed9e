"""What comes out: tables for programs, a workbook for officers, a text for the terminal."""
