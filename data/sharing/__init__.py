"""Documents that leave Vigie: snapshots, reports, subscriptions, tokens."""
