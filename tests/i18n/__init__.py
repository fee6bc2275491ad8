"""Tests of taskchat_app/i18n."""
