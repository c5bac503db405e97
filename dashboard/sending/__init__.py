"""What is sent: alerts, briefs, reports."""
