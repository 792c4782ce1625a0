"""What names the legacy tree and is no source: files of builds, deployments, repositories and editors."""
