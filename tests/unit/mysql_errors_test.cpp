// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <set>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

// From dialects/mysql/mysql.hpp, which only the engine itself includes.
NativeError describe_mysql_error(int code, std::string sqlstate, std::string message);

}  // namespace lockstep::detail

namespace {

using lockstep::Engine;
using lockstep::ErrorCode;
using lockstep::ErrorKind;
using lockstep::NativeError;

ErrorKind classify(const NativeError& error) {
  return lockstep::dialect(Engine::mysql).classify(error);
}

NativeError native(int code, std::string sqlstate = "HY000") {
  NativeError error;
  error.code = code;
  error.sqlstate = std::move(sqlstate);
  return error;
}

}  // namespace

TEST_CASE("mysql errors: each line of the table is what classify says, and stands there once") {
  std::set<std::pair<int, std::string_view>> seen;
  for (const ErrorCode& entry : lockstep::dialect(Engine::mysql).errors) {
    CAPTURE(entry.code);
    NativeError error = native(entry.code, std::string(entry.sqlstate));
    error.connecting = entry.kind == ErrorKind::configuration;
    CHECK(classify(error) == entry.kind);
    CHECK(seen.emplace(entry.code, entry.sqlstate).second);
    CHECK((entry.code == 0) == !entry.sqlstate.empty());
  }
}

TEST_CASE("mysql errors: kinds by number") {
  struct Case {
    int code;
    ErrorKind kind;
  };
  const Case cases[] = {
      {1062, ErrorKind::duplicate},
      {1452, ErrorKind::foreign_key},
      {1451, ErrorKind::foreign_key},
      {1364, ErrorKind::not_null},
      {4025, ErrorKind::check},
      {3819, ErrorKind::check},
      {1020, ErrorKind::serialization},
      {1213, ErrorKind::deadlock},
      {1205, ErrorKind::busy},
      {1969, ErrorKind::timeout},
      {3024, ErrorKind::timeout},
      {1317, ErrorKind::cancelled},
      {2006, ErrorKind::connection_lost},
      {2013, ErrorKind::connection_lost},
      {1045, ErrorKind::unauthenticated},
      {1142, ErrorKind::permission_denied},
      {1792, ErrorKind::read_only},
      {1064, ErrorKind::syntax},
      {1146, ErrorKind::undefined_object},
      {1051, ErrorKind::undefined_object},
      {1049, ErrorKind::undefined_object},
      {1008, ErrorKind::undefined_object},
      {1050, ErrorKind::already_exists},
      {1264, ErrorKind::out_of_range},
      {1406, ErrorKind::too_long},
      {1153, ErrorKind::too_long},
      {1366, ErrorKind::invalid_text},
      {1365, ErrorKind::division_by_zero},
      {1242, ErrorKind::cardinality},
      {1114, ErrorKind::disk_full},
      {1194, ErrorKind::corrupt},
      {1030, ErrorKind::io_error},
      {1040, ErrorKind::too_many_connections},
      {1615, ErrorKind::stale_plan},
      {0, ErrorKind::unknown},
      {1295, ErrorKind::unknown},
      {999999, ErrorKind::unknown},
  };
  for (const Case& c : cases) {
    CAPTURE(c.code);
    CHECK(classify(native(c.code)) == c.kind);
  }
}

TEST_CASE("mysql errors: what beside the number decides") {
  SUBCASE("SQLSTATE 45000 is the user's, whatever number SIGNAL gave") {
    CHECK(classify(native(1644, "45000")) == ErrorKind::user_raised);
    CHECK(classify(native(1062, "45000")) == ErrorKind::user_raised);
  }
  SUBCASE("our own deadline and cancel come first") {
    for (const int code : {0, 1317, 1969, 2006, 2013}) {
      NativeError error = native(code);
      error.interruption = NativeError::Interruption::deadline;
      CHECK(classify(error) == ErrorKind::timeout);
      error.interruption = NativeError::Interruption::cancel;
      CHECK(classify(error) == ErrorKind::cancelled);
    }
  }
  SUBCASE("a TLS failure is the configuration's while connecting, a lost link later") {
    NativeError error = native(2026);
    CHECK(classify(error) == ErrorKind::connection_lost);
    error.connecting = true;
    CHECK(classify(error) == ErrorKind::configuration);
  }
}

TEST_CASE("mysql errors: names are read from what stands in quotes") {
  struct Case {
    int code;
    std::string message;
    std::string constraint;
    std::string table;
    std::vector<std::string> columns;
  };
  const Case cases[] = {
      {1062, "Duplicate entry 'a' for key 'uq_x'", "uq_x", "", {}},
      {1062, "Duplicate entry 'a' for key 'PRIMARY'", "PRIMARY", "", {}},
      {1062, "Duplicate entry 'it's' for key 'b'' for key 'jobs.uq_x'", "uq_x", "jobs", {}},
      {1062, "Doppelter Eintrag 'a' f\xC3\xBCr Schl\xC3\xBCssel 'uq_x'", "uq_x", "", {}},
      {1062, "no quotes at all", "", "", {}},
      {1062, "'", "", "", {}},
      {1452,
       "Cannot add or update a child row: a foreign key constraint fails (\"db\".\"runs\", "
       "CONSTRAINT \"fk_runs_job\" FOREIGN KEY (\"job_id\", \"n\") REFERENCES \"jobs\" (\"id\", "
       "\"n\") ON DELETE CASCADE)",
       "fk_runs_job",
       "runs",
       {"job_id", "n"}},
      {1451,
       "Cannot delete or update a parent row: a foreign key constraint fails (`db`.`ru``ns`, "
       "CONSTRAINT `fk` FOREIGN KEY (`j`) REFERENCES `jobs` (`id`))",
       "fk",
       "ru`ns",
       {"j"}},
      {1452, "a foreign key constraint fails", "", "", {}},
      {1452, "a foreign key constraint fails (`db`.`t`, CONSTRAINT `fk", "", "t", {}},
      {4025, "CONSTRAINT `ck_jobs_n` failed for `db`.`jobs`", "ck_jobs_n", "jobs", {}},
      {4025, "CONSTRAINT `jobs.spec` failed for `db`.`jobs`", "spec", "jobs", {"spec"}},
      {4025, "CONSTRAINT", "", "", {}},
      {3819, "Check constraint 'ck_jobs_n' is violated.", "ck_jobs_n", "", {}},
      {1048, "Column 'name' cannot be null", "", "", {"name"}},
      {1364, "Field 'name' doesn't have a default value", "", "", {"name"}},
      {1364, "Field", "", "", {}},
      {1406, "Data too long for column 'name' at row 1", "", "", {"name"}},
      {1264, "Out of range value for column 'n' at row 1", "", "", {"n"}},
      {1146, "Table 'db.jobs' doesn't exist", "", "", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.message);
    const NativeError error = lockstep::detail::describe_mysql_error(c.code, "23000", c.message);
    CHECK(error.code == c.code);
    CHECK(error.sqlstate == "23000");
    CHECK(error.message == c.message);
    CHECK(error.constraint == c.constraint);
    CHECK(error.table == c.table);
    CHECK(error.columns == c.columns);
    CHECK_FALSE(error.link_lost);
  }
}

TEST_CASE("mysql errors: which of them lose the link") {
  for (const int code : {2002, 2003, 2005, 2006, 2013, 2055, 1927, 1047, 1053, 2014, 2026, 2027}) {
    CAPTURE(code);
    CHECK(lockstep::detail::describe_mysql_error(code, "", "").link_lost);
  }
  for (const int code : {0, 1045, 1062, 1153, 1205, 1213, 1317, 1969}) {
    CAPTURE(code);
    CHECK_FALSE(lockstep::detail::describe_mysql_error(code, "", "").link_lost);
  }
  CHECK(lockstep::detail::describe_mysql_error(0, "00000", "").sqlstate.empty());
  CHECK(lockstep::detail::describe_mysql_error(0, "00000", "").message == "unknown error");
}
