#!/bin/sh
# stopped.sh ENVIRONMENT COMMAND...: run a command while Vigie's services are stopped, as the owner of this folder, with
# the services' settings. Those that ran are started again, however the command ends.
set -eu
settings=$1
shift
units=
if [ -d /run/systemd/system ]; then
  for unit in vigie vigie-worker; do
    if systemctl --quiet is-active "$unit"; then units="$units $unit"; fi
  done
fi
if [ -n "$units" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "Vigie runs as a service here. Do this as root: it is stopped meanwhile, and started again." >&2
    exit 1
  fi
  # shellcheck disable=SC2086
  systemctl stop $units
  # shellcheck disable=SC2064,SC2086
  trap "systemctl start $units" EXIT
fi
if [ -r "$settings" ]; then
  set -a
  # shellcheck disable=SC1090
  . "$settings"
  set +a
fi
owner=$(stat -c %U .)
if [ "$(id -u)" = 0 ] && [ "$owner" != root ]; then
  runuser -u "$owner" -- "$@"
else
  "$@"
fi
