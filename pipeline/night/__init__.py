"""What a night needs beyond the ad-hoc command: a home, a lock, the state and its history."""
