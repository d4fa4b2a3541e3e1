#!/bin/sh
# Runs once, when the volume is empty. The application's role reads and writes rows; only the owner changes the schema.
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=password="$(cat /run/secrets/app_password)" --file=/deploy/roles.sql
