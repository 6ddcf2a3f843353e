__version__ = "0.1.0"  # 0.1.0
other = "0.1.0"
