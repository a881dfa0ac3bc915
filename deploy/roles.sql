-- The roles of PostgreSQL, and the database: once, by a superuser (docs/deployment.md).
--   psql -v owner_password=… -v worker_password=… -v auditor_password=… -f roles.sql
-- What the worker and the auditor may do with the tables, the owner grants:
--   order-sync migrate --grant-worker order_sync_worker --grant-auditor order_sync_auditor
create role order_sync_owner login password :'owner_password';
create role order_sync_worker login password :'worker_password';
create role order_sync_auditor login password :'auditor_password';
create database order_sync owner order_sync_owner;
revoke all on database order_sync from public;
grant connect on database order_sync to order_sync_worker, order_sync_auditor;
