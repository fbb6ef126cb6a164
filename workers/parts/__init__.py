"""Who works in the worker process: a table of sweeps for each subject, put together in `assembly.py`."""
