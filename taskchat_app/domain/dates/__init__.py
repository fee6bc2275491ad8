"""Due dates and recurrence: parsing and formatting in English and German. Never the database."""
