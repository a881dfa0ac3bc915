#!/bin/sh
# Run by PostgreSQL's image when it makes the data: the roles, with the passwords of the secrets.
set -eu
psql --username=postgres --set=ON_ERROR_STOP=1 \
  --set=owner_password="$(cat /run/secrets/owner-password)" \
  --set=worker_password="$(cat /run/secrets/worker-password)" \
  --set=auditor_password="$(cat /run/secrets/auditor-password)" \
  --file=/deploy/roles.sql
