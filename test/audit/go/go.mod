module order-sync/audit

go 1.25

require golang.org/x/mod v0.30.0
