"""The service over HTTP: what machines call, and how the service is watched."""
