"""What the practice learns from what was canceled: each question in a module, its answer a table of plain values.

Unless a table says otherwise, an appointment counts on the day on which it was to start.
"""
