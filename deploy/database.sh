# Runs once, when the database's volume is new: gives the app a database and a login that is no superuser.
# Row-level security needs that: nothing binds a superuser. CREATEROLE lets it make the role of its sessions.
psql --set=ON_ERROR_STOP=1 --set=password="$POSTGRES_PASSWORD" --username postgres <<'SQL'
CREATE ROLE taskchat LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE taskchat OWNER taskchat;
ALTER ROLE postgres PASSWORD NULL; -- only within its container from now on
SQL
