#!/usr/bin/env bash
# Debian 13's PyTorch 2.6 with tcmalloc, as PyTorch's tuning guide advises, in a folder of its own beside this system. It is
# called like Python:
#   PYTHON=bench/pytorch-2.6.sh npx pix2pix bench
# The first time it installs itself, which takes about 3 minutes and 1.5 GB, debootstrap and root's rights.
# PYTORCH_ROOT names another folder; the default is pytorch-2.6 in the user's cache. MALLOC=glibc leaves tcmalloc out.
set -euo pipefail
root=${PYTORCH_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/pytorch-2.6}
if ! [ -e "$root/ready" ]; then
  command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq debootstrap; } >&2
  mirror=$(grep -hsE '^URIs:' /etc/apt/sources.list.d/debian.sources | awk 'NR == 1 { print $2 }')
  [ -n "$mirror" ] || mirror=$(awk '/^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } }' /etc/apt/sources.list)
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates trixie "$root" "$mirror" >&2
  cp /etc/resolv.conf "$root/etc/" || true
  cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" || true
  chroot "$root" sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    python3-torch libopenblas0-pthread libtcmalloc-minimal4 python3-pil' >&2
  mkdir -p "$root/script"
  touch "$root/ready"
fi
for folder in proc sys dev tmp; do mountpoint -q "$root/$folder" || mount --bind "/$folder" "$root/$folder"; done
script=$(realpath "$1")
shift
rm -rf "$root/script"
cp -r "$(dirname "$script")" "$root/script"
preload=(LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4)
[ "${MALLOC:-tcmalloc}" = tcmalloc ] || preload=()
exec chroot "$root" env "${preload[@]}" python3 "/script/$(basename "$script")" "$@"
