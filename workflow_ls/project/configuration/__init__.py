"""What the manifests and the configurations of TypeScript say."""
