"""What ``make run`` and ``make serve`` do: virtual environment, database, then the Procfile's processes.

Only the standard library, and run as a folder: before ``.venv`` exists there is nothing else to import. So its modules
know each other by relative names alone. Whatever can be wrong with the machine is said in one line, with what to do.
"""
