"""Who may come in: accounts, sessions, invitations, and the workspaces that there are."""
