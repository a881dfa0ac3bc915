#!/bin/sh
# Run with Temporal's admin tools at each start: makes what is not there, and brings it up to the version of the tools.
set -eu

schema() {
  SQL_DATABASE=$1 temporal-sql-tool create-database
  SQL_DATABASE=$1 temporal-sql-tool setup-schema --version 0.0
  SQL_DATABASE=$1 temporal-sql-tool update-schema --schema-name "postgresql/v12/$2"
}

case $1 in
  schema)
    schema temporal temporal
    schema temporal_visibility visibility
    ;;
  namespace)
    # It listens before it serves.
    until temporal operator cluster health; do sleep 1; done
    temporal operator namespace describe --namespace default ||
      temporal operator namespace create --namespace default --retention 168h
    ;;
esac
