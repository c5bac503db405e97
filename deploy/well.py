"""well.py ADDRESS: ends with 0 where a health route says ok. For health checks in containers, which have no curl."""

import sys
import urllib.error
import urllib.request

# By the name of this computer: Vigie answers at no name that it does not know.
request = urllib.request.Request(sys.argv[1], headers={"Host": "localhost"})  # noqa: S310
try:
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
        sys.exit(answer.status != 200)
except (urllib.error.URLError, OSError):
    sys.exit(1)
