"""Alert rules, the alerts they gave, the destinations these are sent to."""
