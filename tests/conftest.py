"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # the first call of polars takes long on a busy machine
settings.load_profile("unhurried")
