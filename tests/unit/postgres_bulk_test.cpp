// SPDX-License-Identifier: BSL-1.0
// Texts around COPY: which INSERT it can stand for, and the line that an error tells.
#include <doctest/doctest.h>

#include "dialects/postgres/bulk.hpp"

using namespace lockstep;
using namespace lockstep::detail;

TEST_CASE("copy target: plain INSERTs, as they are written") {
  const auto target = pg_copy_target("INSERT INTO t (a, b) VALUES ($1, $2)");
  REQUIRE(target);
  CHECK(target->table == "t");
  CHECK(target->columns == "(a, b)");
  const auto quoted =
      pg_copy_target(" insert\n into \"Sch\"\"a\" . \"t )\" ( \"b,\" ,c$1)values( $1 ,$2 ) ; ");
  REQUIRE(quoted);
  CHECK(quoted->table == "\"Sch\"\"a\".\"t )\"");
  CHECK(quoted->columns == "(\"b,\", c$1)");
  CHECK(pg_copy_target("INSERT INTO t (\xC3\xA9) VALUES ($1)"));
  CHECK(pg_copy_target("INSERT INTO t (a,b,c,d,e,f,g,h,i,j,k) "
                       "VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)"));
}

TEST_CASE("copy target: everything else is not for COPY") {
  for (const char* text : {
           "", "INSERT", "INSERT INTO", "INSERT INTO t", "INSERT INTO t VALUES ($1)",
           "INSERT INTO t () VALUES ()", "INSERT INTO t (a) VALUES", "INSERT INTO t (a) VALUES ($1",
           "INSERT INTO t (a) VALUES ($2)", "INSERT INTO t (a, b) VALUES ($1, $1)",
           "INSERT INTO t (a, b) VALUES ($2, $1)", "INSERT INTO t (a, b) VALUES ($1)",
           "INSERT INTO t (a) VALUES ($1, $2)", "INSERT INTO t (a) VALUES ($1::int)",
           "INSERT INTO t (a) VALUES ($1 + 1)", "INSERT INTO t (a) VALUES (1)",
           "INSERT INTO t (a) VALUES (DEFAULT)", "INSERT INTO t (a) VALUES ($11)",
           "INSERT INTO t (a) VALUES ($1), ($1)", "INSERT INTO t (a) VALUES ($1) RETURNING a",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING",
           "INSERT INTO t AS x (a) VALUES ($1)",
           "INSERT INTO t (a[1]) VALUES ($1)", "INSERT INTO t (a.b) VALUES ($1)",
           "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($1)",
           "INSERT INTO \"t (a) VALUES ($1)",
           "INSERT INTO t (a) /* c */ VALUES ($1)", "INSERT INTO t (a) VALUES ($1) -- c",
           "WITH x AS (SELECT 1) INSERT INTO t (a) VALUES ($1)",
           "INSERT INTO U&\"t\" (a) VALUES ($1)",
           "INSERT INTO t (a) VALUES ($1);;", "UPDATE t SET a = $1", "INSERTINTO t (a) VALUES ($1)",
       }) {
    CAPTURE(text);
    CHECK_FALSE(pg_copy_target(text));
  }
}

TEST_CASE("copy line: in the last line of the context, in any language") {
  CHECK(pg_copy_line("COPY b, line 5001") == 5001U);
  CHECK(pg_copy_line("COPY b, line 12, column id: \"7\"") == 12U);
  CHECK(pg_copy_line("COPY t2, Zeile 3") == 3U);
  CHECK(pg_copy_line("PL/pgSQL function f() line 4 at RAISE\nCOPY b, line 9") == 9U);
  for (const char* text : {"", "COPY b", "COPY b, column id", "COPY b, line 0", "COPY b, line 5x",
                           "SQL statement \"SELECT 1\"", "COPY b, line 99999999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(pg_copy_line(text));
  }
}
