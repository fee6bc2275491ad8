"""Database access: sessions, transactions, models, migrations, embedded Postgres. Never a business rule."""
