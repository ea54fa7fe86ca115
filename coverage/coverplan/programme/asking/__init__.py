"""What must be met: plan targets as requirements over actions."""
