#!/bin/sh
# stopped.sh ENVIRONMENT COMMAND...: run a command while Vigie's services are stopped, as the owner of this folder, with
# the services' settings. Those that ran are started again, however the command ends.
set -eu
settings=$1
shift
units=
for unit in vigie vigie-worker; do
  # One that failed and waits for its next start is at work too.
  case $(systemctl show --property=ActiveState --value "$unit" 2>/dev/null || true) in
    active | activating | reloading) units="$units $unit" ;;
  esac
done
if [ -n "$units" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "Vigie runs as a service here. Do this as root: it is stopped meanwhile, and started again." >&2
    exit 1
  fi
  # Each start counts for systemd, which allows five in five minutes: who upgrades and goes back needs more.
  # shellcheck disable=SC2064,SC2086
  trap "systemctl reset-failed $units || true; systemctl start $units" EXIT
  trap 'exit 130' HUP INT TERM  # by which alone this shell would not come to the line above
  # shellcheck disable=SC2086
  systemctl stop $units
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
