// SPDX-License-Identifier: BSL-1.0
#include "lockstep/error.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

#include "core/text.hpp"

namespace lockstep {
namespace {

constexpr std::size_t kind_count = static_cast<std::size_t>(ErrorKind::unknown) + 1;

static_assert(std::is_nothrow_copy_constructible_v<Error>);
static_assert(std::is_nothrow_copy_assignable_v<Error>);
static_assert(std::is_nothrow_copy_constructible_v<Duplicate>);

constexpr ErrorKind kind_at(std::size_t i) { return static_cast<ErrorKind>(i); }

std::string what_of(ErrorInfo info) { return Error(std::move(info)).what(); }

template <ErrorKind K>
void check_thrown_class() {
  INFO(to_string(K));
  ErrorInfo info;
  info.kind = K;
  info.what = "table of classes";
  CHECK_THROWS_AS(raise(info), ErrorOf<K>);
  CHECK_THROWS_AS(raise(info), Error);
  CHECK_THROWS_AS(raise(info), std::runtime_error);
  CHECK_THROWS_AS(raise(K, "table of classes"), ErrorOf<K>);
  try {
    raise(info);
  } catch (const Error& error) {
    CHECK(error.kind() == K);
    CHECK(is_kind(error, K));
    CHECK(is_kind(error, ErrorKind::unknown) == (K == ErrorKind::unknown));
  }
}

template <std::size_t... I>
void check_thrown_classes(std::index_sequence<I...>) {
  (check_thrown_class<kind_at(I)>(), ...);
}

}  // namespace

TEST_CASE("error: raise throws the class of the kind") {
  check_thrown_classes(std::make_index_sequence<kind_count>());
}

TEST_CASE("error: every kind has a name and words of its own") {
  std::set<std::string_view> names;
  std::set<std::string_view> phrases;
  for (std::size_t i = 0; i < kind_count; ++i) {
    const std::string_view name = to_string(kind_at(i));
    CAPTURE(i);
    CAPTURE(name);
    CHECK(!name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    CHECK(!phrase(kind_at(i)).empty());
    CHECK(phrase(kind_at(i)).back() != '.');
    names.insert(name);
    phrases.insert(phrase(kind_at(i)));
  }
  CHECK(names.size() == kind_count);
  CHECK(phrases.size() == kind_count);
}

TEST_CASE("error: names stand in the order of the enumerators") {
  CHECK(to_string(ErrorKind::not_found) == "not_found");
  CHECK(to_string(ErrorKind::commit_unknown) == "commit_unknown");
  CHECK(to_string(ErrorKind::cardinality) == "cardinality");
  CHECK(to_string(ErrorKind::acquire_timeout) == "acquire_timeout");
  CHECK(to_string(ErrorKind::migration_locked) == "migration_locked");
  CHECK(to_string(ErrorKind::unknown) == "unknown");
  CHECK(phrase(ErrorKind::duplicate) == "duplicate key");
}

TEST_CASE("error: serialization, deadlock and busy are retryable, nothing else") {
  const std::set<ErrorKind> retryable_kinds{ErrorKind::serialization, ErrorKind::deadlock,
                                            ErrorKind::busy};
  for (std::size_t i = 0; i < kind_count; ++i) {
    ErrorInfo info;
    info.kind = kind_at(i);
    const bool expected = retryable_kinds.contains(info.kind);
    CAPTURE(to_string(info.kind));
    CHECK(retryable(info.kind) == expected);
    CHECK(Error(info).retryable() == expected);
    CHECK(is_retryable(Error(info)) == expected);
  }
}

TEST_CASE("error: what() says what was tried and what went wrong") {
  using Columns = std::vector<std::string>;
  struct Row {
    ErrorKind kind;
    std::string_view text;
    std::string_view engine;
    int code;
    std::string_view sqlstate;
    std::string_view constraint;
    std::string_view table;
    Columns columns;
    std::string_view statement;
    std::string_view what;
  };
  const std::array<Row, 14> rows{{
      {ErrorKind::unknown, "", "", 0, "", "", "", {}, "", "unknown error"},
      {ErrorKind::not_found, "", "", 0, "", "", "", {}, "", "no row found"},
      {ErrorKind::not_found, "gone", "", 0, "", "", "", {}, "", "gone"},
      {ErrorKind::not_found, "", "", 0, "", "", "", {}, "a.get", "a.get: no row found"},
      {ErrorKind::duplicate,
       "",
       "sqlite",
       1555,
       "",
       "pk_jobs",
       "jobs",
       {"id"},
       "scheduler.create_job",
       "scheduler.create_job: duplicate key on jobs (id) [sqlite 1555]"},
      {ErrorKind::duplicate,
       "",
       "",
       0,
       "",
       "",
       "facts",
       {"target_id", "key"},
       "",
       "duplicate key on facts (target_id, key)"},
      {ErrorKind::duplicate, "", "", 0, "", "uq_facts", "facts", {}, "", "duplicate key on facts"},
      {ErrorKind::foreign_key, "", "", 0, "", "fk_a", "", {}, "", "foreign key violation on fk_a"},
      {ErrorKind::foreign_key,
       "",
       "",
       0,
       "",
       "fk_a",
       "",
       {"id"},
       "",
       "foreign key violation on fk_a"},
      {ErrorKind::syntax, "", "", 0, "", "", "", {"id"}, "", "syntax error"},
      {ErrorKind::syntax,
       "",
       "postgres",
       0,
       "42601",
       "",
       "",
       {},
       "",
       "syntax error [postgres 42601]"},
      {ErrorKind::duplicate,
       "",
       "mysql",
       1062,
       "23000",
       "",
       "",
       {},
       "",
       "duplicate key [mysql 1062]"},
      {ErrorKind::syntax, "", "sqlite", 0, "", "", "", {}, "", "syntax error [sqlite]"},
      {ErrorKind::syntax, "", "", 1, "42601", "", "", {}, "", "syntax error"},
  }};
  for (const Row& row : rows) {
    ErrorInfo info;
    info.kind = row.kind;
    info.what = row.text;
    info.engine = row.engine;
    info.native_code = row.code;
    info.sqlstate = row.sqlstate;
    info.constraint = row.constraint;
    info.table = row.table;
    info.columns = row.columns;
    info.statement = row.statement;
    info.server_message = "quotes a secret value";
    CHECK(what_of(info) == row.what);
  }
}

TEST_CASE("error: what() has at most 1 KiB and ends between characters") {
  const std::array<std::string_view, 4> characters{"a", "\xC3\xA9", "\xE2\x82\xAC",
                                                   "\xF0\x9F\x98\x80"};
  for (const std::string_view character : characters) {
    for (std::size_t shift = 0; shift < 5; ++shift) {
      ErrorInfo info;
      info.what = std::string(shift, 'x');
      while (info.what.size() < 1200) info.what += character;
      const std::string what = what_of(info);
      CAPTURE(character);
      CAPTURE(shift);
      CHECK(what.size() <= 1024);
      CHECK(what.size() > 1024 - character.size());
      CHECK(what.ends_with(std::string(character) + "..."));
      CHECK(detail::check_text(what) == detail::TextFault::none);
    }
  }
}

TEST_CASE("error: what() of exactly 1 KiB is whole") {
  ErrorInfo info;
  info.what = std::string(1024, 'a');
  CHECK(what_of(info) == info.what);
  info.what += 'a';
  CHECK(what_of(info) == std::string(1021, 'a') + "...");
}

TEST_CASE("error: keeps everything that is known") {
  ErrorInfo info;
  info.kind = ErrorKind::check;
  info.engine = "mysql";
  info.native_code = 4025;
  info.sqlstate = "23000";
  info.constraint = "ck_jobs_name";
  info.table = "jobs";
  info.columns = {"name"};
  info.statement = "scheduler.create_job";
  info.server_message = "CONSTRAINT `ck_jobs_name` failed for 'Bob'";
  info.location = {"caller.cpp", 12, "f"};
  const Error error(info);
  CHECK(error.kind() == ErrorKind::check);
  CHECK(error.engine() == "mysql");
  CHECK(error.native_code() == 4025);
  CHECK(error.sqlstate() == "23000");
  CHECK(error.constraint() == "ck_jobs_name");
  CHECK(error.table() == "jobs");
  CHECK(error.columns() == std::vector<std::string>{"name"});
  CHECK(error.statement() == "scheduler.create_job");
  CHECK(error.server_message() == info.server_message);
  CHECK(error.location().line == 12);
  CHECK(std::string_view(error.what()).find("Bob") == std::string_view::npos);
}

TEST_CASE("error: a copy keeps its text after the original has gone") {
  ErrorInfo info;
  info.kind = ErrorKind::duplicate;
  info.constraint = "pk_jobs";
  info.table = "jobs";
  auto original = std::make_unique<Duplicate>(info);
  const Duplicate copy = *original;
  original.reset();
  CHECK(copy.constraint() == "pk_jobs");
  CHECK(std::string_view(copy.what()) == "duplicate key on jobs");
}

TEST_CASE("error: an error of lockstep's own knows the line that raised it") {
  const unsigned line = __LINE__ + 2;
  try {
    raise(ErrorKind::logic_error, "table of lines");
  } catch (const LogicError& error) {
    CHECK(error.location().line == line);
    CHECK(std::string_view(error.location().file) == __FILE__);
  }
}

TEST_CASE("error: predicates answer for every exception") {
  ErrorInfo info;
  const auto of = [&info](ErrorKind kind) {
    info.kind = kind;
    return Error(info);
  };
  CHECK(is_not_found(of(ErrorKind::not_found)));
  CHECK(!is_not_found(of(ErrorKind::duplicate)));
  CHECK(is_duplicate(of(ErrorKind::duplicate)));
  CHECK(!is_duplicate(of(ErrorKind::foreign_key)));
  CHECK(is_foreign_key(of(ErrorKind::foreign_key)));
  CHECK(!is_foreign_key(of(ErrorKind::not_found)));
  CHECK(!is_retryable(of(ErrorKind::connection_lost)));
  const std::runtime_error other("not ours");
  CHECK(!is_not_found(other));
  CHECK(!is_duplicate(other));
  CHECK(!is_foreign_key(other));
  CHECK(!is_retryable(other));
  for (std::size_t i = 0; i < kind_count; ++i) {
    CHECK(!is_kind(other, kind_at(i)));
    CHECK(!is_kind(std::bad_alloc(), kind_at(i)));
  }
}

}  // namespace lockstep
