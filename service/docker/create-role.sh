#!/bin/sh
# Runs in the container of PostgreSQL when it first starts: makes the database, and the service's role,
# which owns it and is no superuser.
set -eu
psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres --set=password="$WARMGATE_PASSWORD" <<'SQL'
CREATE ROLE warmgate LOGIN PASSWORD :'password';
CREATE DATABASE warmgate OWNER warmgate;
SQL
