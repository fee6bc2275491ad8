"""Tests of the modules beside the packages: settings, log lines, connections, run options. Never of a route."""
