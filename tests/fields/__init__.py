"""Every field of a task goes every way: one that is left out somewhere is named with the place.

The fields are read from the model (`Task`, `TaskDraft`, `TaskEdit`, `TaskQuery`), so a new one is tested everywhere.
Where it does not belong, its name goes into what that place is `without`. A new column has a value by its type; give it
another one in `stored_task.py` (VALUES, GIVEN) where that makes no sense. Each file is one way, with a table of places.
"""
