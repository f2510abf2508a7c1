"""Programs that some tests need; ``tests.run`` says which of them were not found."""

import shutil

#: nginx stands in /usr/sbin, which is not on everybody's path.
PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
NGINX = shutil.which("nginx") or shutil.which("nginx", path=PLACES)
SYSTEMD = shutil.which("systemd-analyze")
