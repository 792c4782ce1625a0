"""What follows moved files outside of sources: builds, deployments, repositories and editors."""
