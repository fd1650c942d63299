# SPDX-License-Identifier: BSL-1.0
# For test scripts (source it): what a command must answer. A miss is told and the script goes on; end it
# with: exit "$missed"
# shellcheck shell=bash

missed=0 said='' told=''

# expect CODE COMMAND...: the exit code. What the command wrote is in $said (stdout) and $told (stderr);
# the servers' password must never be in it.
expect() {
  local wanted=$1 code=0 errors
  shift
  errors=$(mktemp)
  said=$("$@" 2>"$errors" </dev/null) || code=$?
  told=$(<"$errors")
  rm -f "$errors"
  asked="$*"
  [ "$code" -eq "$wanted" ] || miss "exit code $code, not $wanted: $told"
  local password=${LOCKSTEP_TEST_MYSQL_URL:-}
  password=${password#*//*:}
  password=${password%%@*}
  [ -z "$password" ] || hides "$password" "$said" "$told"
}

# shows TEXT WHERE...: each WHERE ($said, $told) holds TEXT
shows() {
  local text=$1 where
  shift
  for where in "$@"; do
    [[ $where == *"$text"* ]] || miss "no \"$text\" in: $where"
  done
}

# hides TEXT WHERE...: no WHERE holds TEXT
hides() {
  local text=$1 where
  shift
  for where in "$@"; do
    [[ $where != *"$text"* ]] || miss "\"$text\" in: $where"
  done
}

# same WANTED GOT
same() {
  [ "$1" = "$2" ] || miss "$(diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") || true)"
}

miss() {
  printf '%s\n  %s\n' "${asked:-}" "$1"
  missed=1
}
