#!/bin/sh
# Run by PostgreSQL's image when it makes the data: the roles, with the passwords of the secrets.
set -eu
# One by one: a secret that cannot be read must not become an empty password.
owner=$(cat /run/secrets/owner-password)
worker=$(cat /run/secrets/worker-password)
auditor=$(cat /run/secrets/auditor-password)
psql --username=postgres --set=ON_ERROR_STOP=1 \
  --set=owner_password="$owner" --set=worker_password="$worker" --set=auditor_password="$auditor" \
  --file=/deploy/roles.sql
