-- The application's role: it connects, reads and writes rows, and changes nothing else.
-- Run as the owner of the database (`psql --set=password=... --file=roles.sql`); the same role also runs the migrations.
CREATE ROLE mcp_app LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 80;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO mcp_app', current_database()) \gexec
GRANT USAGE ON SCHEMA public TO mcp_app;

-- What is there, and what this role's migrations will make.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mcp_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO mcp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mcp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO mcp_app;
