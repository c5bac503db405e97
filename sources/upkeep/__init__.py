"""Our own places, looked at once a day: what their developer should mend."""
