"""The version of the program: that of the newest released section of CHANGELOG.md."""

__version__ = "0.1.0"
