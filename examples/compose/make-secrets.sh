#!/bin/sh
# Makes the secrets of compose.yaml, once: those that are there stay. Takes the folder; ./secrets by default.
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"

# Containers run as users of their own and must be able to read their secrets, so the files are readable and the folder
# is closed: on this machine nobody but you gets through it.
chmod 700 "$folder"
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
# macOS has the one, Linux the other.
sha256() { if command -v sha256sum > /dev/null; then sha256sum; else shasum -a 256; fi; }
hash() { printf %s "$1" | sha256 | cut -d ' ' -f 1; }
make() {
  [ -e "$folder/$1" ] || printf '%s\n' "$2" > "$folder/$1"
  chmod 444 "$folder/$1"
}

for name in outrider-token outrider-postgres-password outrider-redis-password postgres-password \
  shop-postgres-password shop-redis-password grafana-password; do
  make "$name" "$(random)"
done

# Made anew each time, so that it fits a password that was made anew. All that the sidecar may do is ask for figures: no key, no command that changes anything.
rm -f "$folder/redis-users"
make redis-users "user default off resetkeys resetchannels -@all
user outrider on #$(hash "$(cat "$folder/outrider-redis-password")") resetkeys resetchannels -@all +info
user shop on #$(hash "$(cat "$folder/shop-redis-password")") ~* resetchannels +@all -@admin -@dangerous"
