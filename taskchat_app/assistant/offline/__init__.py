"""The rule-based assistant behind the SDK's Model interface, for use without a key. Never the network."""
