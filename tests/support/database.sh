# SPDX-License-Identifier: BSL-1.0
# For test scripts (source it): a database of their own on the engine of LOCKSTEP_TEST_TARGET.
# shellcheck shell=bash

# own_database WORD: sets $url to an empty database that goes when the script ends, and $folder to a
# folder that goes with it. On the servers the name is lockstep_test_WORD_<process>.
own_database() {
  local name=lockstep_test_$1_$$
  folder=$(mktemp -d)
  trap 'drop_database; rm -rf "$folder"' EXIT
  case ${LOCKSTEP_TEST_TARGET:-sqlite-memory} in
    sqlite-memory) url=sqlite::memory: ;;
    sqlite-file) url=sqlite:$folder/$name.db ;;
    postgres)
      url=${LOCKSTEP_TEST_POSTGRES_URL:?run it through tests/servers}
      query "CREATE DATABASE $name"
      url=${url%/*}/$name
      ;;
    mysql)
      url=${LOCKSTEP_TEST_MYSQL_URL:?run it through tests/servers}
      query "CREATE DATABASE $name"
      url=${url%/*}/$name
      ;;
    *)
      echo "unknown target $LOCKSTEP_TEST_TARGET" >&2
      return 2
      ;;
  esac
}

drop_database() {
  local name=${url##*/}
  case ${url:-} in
    postgres*/lockstep_test_*) url=$LOCKSTEP_TEST_POSTGRES_URL && query "DROP DATABASE $name" ;;
    mysql*/lockstep_test_*) url=$LOCKSTEP_TEST_MYSQL_URL && query "DROP DATABASE $name" ;;
  esac
}

# query SQL: on the database of $url, which is not in memory; prints bare rows
query() { client <<<"$1"; }

# client: the program of the engine of $url, for statements that it reads; prints bare rows at once
client() {
  case $url in
    sqlite:*) sqlite3 -batch -bail -init /dev/null "${url#sqlite:}" ;;
    postgres*) PGTZ=UTC psql -X -q -At -v ON_ERROR_STOP=1 "$url" ;;
    *)
      [[ $url =~ ^mysql://([^:@/]+):([^@/]*)@([^:/]+):([0-9]+)/(.*)$ ]]
      MYSQL_PWD=${BASH_REMATCH[2]} mariadb --no-defaults -N -B -n -h "${BASH_REMATCH[3]}" \
        -P "${BASH_REMATCH[4]}" -u "${BASH_REMATCH[1]}" "${BASH_REMATCH[5]}"
      ;;
  esac
}

# The names of the tables of $url.
tables() {
  local where=table_schema
  case $url in
    sqlite*) query "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'" && return ;;
    postgres*) where+=' = current_schema()' ;;
    mysql*) where+=' = DATABASE()' ;;
  esac
  query "SELECT table_name FROM information_schema.tables WHERE $where"
}
