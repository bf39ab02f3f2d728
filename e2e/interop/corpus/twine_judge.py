# SPDX-License-Identifier: Apache-2.0
"""What `twine check --strict` says of each file: true where it passes. Usage: twine_judge.py FILE..."""
import contextlib
import io
import json
import logging
import sys

from twine.commands import check

logging.disable(logging.CRITICAL)
verdicts = {}
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            verdicts[path] = not check.check([path], strict=True)
        except Exception as error:
            verdicts[path] = f"{type(error).__name__}: {error}"
sys.stdout.write(json.dumps(verdicts))
