"""A small process that runs one command and prints its exit code, seconds, peak memory in KiB and CPU seconds.

Linux counts a parent's memory into the peak of its child, so the parent must be smaller than anything that is measured.
"""

import os
import subprocess
import sys
import time

if __name__ == "__main__":
    began = time.perf_counter()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    print(
        os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_maxrss, usage.ru_utime + usage.ru_stime
    )
