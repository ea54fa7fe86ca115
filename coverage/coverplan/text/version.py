"""Version of this package, as pages, manifests and keys of the cache name it."""

VERSION = "0.2.0"
