-- The role the servers connect with: it reads and writes rows and changes nothing else.
-- Run once with psql as the role that owns the schema; the new role's password is taken from APP_PASSWORD:
--   APP_PASSWORD=... psql "$OWNER_URL" --set=ON_ERROR_STOP=1 --file=deploy/postgres/app-role.sql
\getenv password APP_PASSWORD
SET mcp.app_password = :'password';

DO $$
BEGIN
  EXECUTE format('CREATE ROLE mcp_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L', current_setting('mcp.app_password'));
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO mcp_app', current_database());
END $$;
RESET mcp.app_password;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO mcp_app;

-- The tables there are, and those that later migrations of this role will make.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mcp_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO mcp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mcp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO mcp_app;
