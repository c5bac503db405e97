"""Settings of a workspace, and the workspaces that there are."""
