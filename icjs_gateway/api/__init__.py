"""The gateway over HTTP: intake, queries, subscriptions, control bus, problem documents."""
