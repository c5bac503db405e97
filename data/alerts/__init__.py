"""Alert rules, the alerts they gave, the channels these go to."""
