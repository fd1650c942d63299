// SPDX-License-Identifier: BSL-1.0
// Plain SOCI code on our connections: in our transaction, with our errors.
#include "lockstep/soci.hpp"

#include <soci/soci.h>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("soci");

namespace {

// What existing code does: it knows nothing of lockstep.
void add_note(::soci::session& session, const std::string& id, const std::string& note) {
  session << "INSERT INTO samples (id, note) VALUES (:id, :note)", ::soci::use(id),
      ::soci::use(note);
}

std::string note_of(::soci::session& session, const std::string& id) {
  std::string note;
  session << "SELECT note FROM samples WHERE id = :id", ::soci::use(id), ::soci::into(note);
  return note;
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "soci: its code joins the transaction, and both are rolled back") {
  struct Undo {};
  const auto work = [&](Transaction& tx) {
    insert(tx, "ours");
    with_soci(tx, [](::soci::session& session) { add_note(session, "theirs", "it's \\ noted"); });
    CHECK(count(tx) == 2);
    throw Undo();
  };
  CHECK_THROWS_AS(db.transaction(work), Undo);
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "soci: its code joins the transaction, and both are committed") {
  const std::string note = db.transaction([&](Transaction& tx) {
    insert(tx, "ours");
    with_soci(tx, [](::soci::session& session) { add_note(session, "theirs", "it's \\ noted"); });
    return with_soci(tx, [](::soci::session& session) { return note_of(session, "theirs"); });
  });
  CHECK(note == "it's \\ noted");
  CHECK(db.fetch_one<Sample>(sample_by_id, "theirs").note == note);
  CHECK(count(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "soci: its errors become ours and poison the transaction") {
  insert(db, "taken");
  Transaction tx = db.begin();
  try {
    with_soci(tx, [](::soci::session& session) { add_note(session, "taken", "secret-value"); });
    FAIL("nothing was thrown");
  } catch (const Duplicate& e) {
    CHECK(e.engine() == db.dialect().name);
    CHECK(e.statement() == "soci");
    const bool has_code = e.native_code() != 0 || !e.sqlstate().empty();
    CHECK(has_code);
    CHECK(std::string_view(e.location().file).ends_with("soci_door_test.cpp"));
    CHECK(std::string_view(e.what()).find("secret-value") == std::string_view::npos);
  }
  CHECK_THROWS_AS(insert(tx, "more"), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "soci: in a savepoint its errors can be caught") {
  insert(db, "taken");
  db.transaction([&](Transaction& tx) {
    const auto attempt = [](Transaction& inner) {
      with_soci(inner, [](::soci::session& session) { add_note(session, "taken", ""); });
    };
    CHECK_THROWS_AS(tx.nested(attempt), Duplicate);
    insert(tx, "more");
  });
  CHECK(count(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "soci: an unknown table is UndefinedObject, a broken text SyntaxError") {
  const auto query = [&](const char* text) {
    with_soci(db, [text](::soci::session& session) { session << text; });
  };
  CHECK_THROWS_AS(query("DELETE FROM no_such_table"), UndefinedObject);
  CHECK_THROWS_AS(query("DELETE EVERYTHING"), SyntaxError);
}

TEST_CASE_FIXTURE(Samples, "soci: a transaction that its code ends is poisoned") {
  Transaction tx = db.begin();
  insert(tx, "one");
  CHECK_THROWS_AS(with_soci(tx, [](::soci::session& session) { session << "ROLLBACK"; }),
                  LogicError);
  CHECK_THROWS_AS(insert(tx, "two"), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "soci: on a connection of its own; what it leaves open is undone") {
  with_soci(db, [](::soci::session& session) { add_note(session, "kept", "x"); });
  CHECK(count(db) == 1);
  with_soci(db, [](::soci::session& session) {
    session.begin();
    add_note(session, "left", "x");
  });
  CHECK(count(db) == 1);
  with_soci(db, [](::soci::session& session) {
    ::soci::transaction theirs(session);
    add_note(session, "theirs", "x");
    theirs.commit();
  });
  CHECK(count(db) == 2);
  CHECK(db.stats().in_use == 0);
}

TEST_CASE_FIXTURE(Samples, "soci: not while a stream is open, not after the end") {
  insert(db, "one");
  Transaction tx = db.begin();
  const auto nothing = [](::soci::session&) {};
  {
    const auto rows = tx.stream<std::string>("SELECT id FROM samples");
    CHECK_THROWS_AS(with_soci(tx, nothing), LogicError);
  }
  with_soci(tx, nothing);
  tx.commit();
  CHECK_THROWS_AS(with_soci(tx, nothing), LogicError);
}

TEST_SUITE_END();
