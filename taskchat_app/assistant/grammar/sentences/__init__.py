"""What people say, as data: one file a language, each sentence under the intent that it means. README.md says how."""
