# Installs the packages of Debian that checks need; sourced, never run.
# shellcheck shell=bash

# need COMMAND PACKAGE: installs the package if the command is missing, or explains what to install.
need() {
  command -v "$1" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing $2 ..."
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null ||
      die 69 "Could not install $2: install it and try again."
    return
  fi
  die 69 "$1 is missing: install the package $2 (as root) and try again."
}

# Installs the servers that production has, which the tests start by themselves.
need_servers() {
  [[ -d /usr/lib/postgresql ]] || need pg_ctlcluster postgresql
  need redis-server redis-server
  need redis-sentinel redis-sentinel
  need pgbouncer pgbouncer
  need faketime faketime
  need openssl openssl
  need debootstrap debootstrap
  if [[ -d /run/systemd/system ]]; then
    systemctl disable --now --quiet postgresql redis-server redis-sentinel pgbouncer || true
  fi
}

# Installs libargon2, against which the service checks what it can hash with.
need_libargon2() {
  compgen -G '/usr/lib/*/libargon2.so.1' >/dev/null || need libargon2.so.1 libargon2-1
}

# Installs Prometheus and promtool; disables the server that the package starts under systemd.
need_prometheus() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null && return
  need promtool prometheus
  if [[ -d /run/systemd/system ]]; then systemctl disable --now --quiet prometheus prometheus-node-exporter || true; fi
}

# Installs nginx; disables the server that the package starts under systemd.
need_nginx() {
  [[ ! -x /usr/sbin/nginx ]] || return 0
  need nginx nginx
  if [[ -d /run/systemd/system ]]; then systemctl disable --now --quiet nginx || true; fi
}

# Installs a browser for the tests of pages: without windows, where Debian has that, it takes less time.
need_browser() {
  command -v chromium >/dev/null || command -v chromium-headless-shell >/dev/null ||
    (need chromium-headless-shell chromium-headless-shell 2>/dev/null) || need chromium chromium
}
