// SPDX-License-Identifier: BSL-1.0
#include "lockstep/schema_dump.hpp"

#include <algorithm>

#include "lockstep/scratch.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

// Of everything that an engine has.
constexpr Sql rich{
    "test.rich",
    R"(CREATE TABLE "Par ents" (id INTEGER PRIMARY KEY AUTOINCREMENT, "order" TEXT) STRICT;
CREATE TABLE kids (id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES "Par ents" (id) ON DELETE CASCADE,
  n INTEGER NOT NULL DEFAULT (1 + 2) CHECK (n > 0),
  twice INTEGER GENERATED ALWAYS AS (n * 2) STORED,
  UNIQUE (parent, n));
CREATE INDEX idx_kids ON kids (lower(n), parent DESC) WHERE n > 3;
CREATE VIEW a_view AS SELECT id FROM z_view; CREATE VIEW z_view AS SELECT id FROM kids;
CREATE TRIGGER trg_kids AFTER INSERT ON kids BEGIN
  UPDATE kids SET n = 5 WHERE id = new.id; DELETE FROM kids WHERE n = 6; END;
CREATE TRIGGER trg_view INSTEAD OF DELETE ON a_view BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE texts USING fts5(body);
ALTER TABLE kids RENAME TO children; ALTER TABLE children ADD COLUMN later TEXT DEFAULT ';')",
    {.postgres = R"(CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'it''s fine');
CREATE TYPE pair AS (a INTEGER, b TEXT);
CREATE DOMAIN positive AS INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_positive CHECK (VALUE > 0);
CREATE SEQUENCE counter INCREMENT BY 5 START WITH 10 CYCLE;
CREATE FUNCTION twice(n INTEGER) RETURNS INTEGER LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2; $$;
CREATE TABLE "Par ents" (id SERIAL PRIMARY KEY, "order" TEXT COLLATE "C" NOT NULL,
  m mood DEFAULT 'sad',
  p pair, q positive, n BIGINT DEFAULT nextval('counter'));
CREATE TABLE other.kids (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 7), parent INTEGER,
  n INTEGER NOT NULL DEFAULT twice(4) CHECK (twice(n) > 0),
  double INTEGER GENERATED ALWAYS AS (n * 2) STORED, tags TEXT[] DEFAULT '{}',
  at TIMESTAMPTZ(3) DEFAULT now(), EXCLUDE USING btree (n WITH =),
  CONSTRAINT fk FOREIGN KEY (parent) REFERENCES "Par ents" (id) ON DELETE CASCADE DEFERRABLE) WITH
  (fillfactor = 70);
CREATE FUNCTION of_table(k other.kids) RETURNS INTEGER LANGUAGE sql AS 'SELECT k.n';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := 1; RETURN NEW; END $$;
CREATE PROCEDURE nothing() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE UNIQUE INDEX idx_kids ON other.kids (twice(n),
  parent DESC NULLS LAST) INCLUDE (id) WHERE n > 3;
CREATE VIEW z_view AS SELECT id, of_table(k) AS n FROM other.kids AS k;
CREATE MATERIALIZED VIEW a_view AS SELECT n FROM z_view WITH NO DATA;
CREATE INDEX idx_view ON a_view (n);
CREATE TRIGGER trg BEFORE UPDATE OF n ON other.kids FOR EACH ROW WHEN (OLD.n > 1) EXECUTE FUNCTION
  touch();
ALTER TABLE other.kids DISABLE TRIGGER trg;
CREATE RULE no_delete AS ON DELETE TO "Par ents" DO INSTEAD NOTHING;
CREATE TABLE parts (id INTEGER NOT NULL, d DATE NOT NULL, PRIMARY KEY (id,
  d)) PARTITION BY RANGE (d);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX idx_parts ON parts (d);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON parts FOR SELECT TO PUBLIC USING (id > 0);
CREATE STATISTICS st ON id, n FROM other.kids;
COMMENT ON TABLE other.kids IS 'it''s a table'; COMMENT ON COLUMN other.kids.n IS 'a column';
COMMENT ON FUNCTION twice(INTEGER) IS 'twice'; COMMENT ON CONSTRAINT fk ON other.kids IS 'a key';
COMMENT ON INDEX other.idx_kids IS 'an index'; COMMENT ON TYPE mood IS 'a type';
COMMENT ON SCHEMA other IS 'a schema'; COMMENT ON VIEW z_view IS 'a view';
COMMENT ON TRIGGER trg ON other.kids IS 'a trigger')",
     .mysql = R"(CREATE SEQUENCE counter START WITH 10 INCREMENT BY 5;
CREATE TABLE zz_parents (id BIGINT AUTO_INCREMENT PRIMARY KEY,
  `or``der` VARCHAR(20) COLLATE utf8mb4_bin COMMENT 'it''s');
CREATE TABLE kids (id BIGINT PRIMARY KEY DEFAULT (NEXT VALUE FOR counter), parent BIGINT,
  n INT NOT NULL DEFAULT (1 + 2),
  twice INT GENERATED ALWAYS AS (n * 2) STORED, e ENUM('a;', 'b') DEFAULT 'a;',
  at DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT ck CHECK (n > 0), KEY idx (n DESC, e), FULLTEXT KEY words (e2), e2 TEXT,
  CONSTRAINT fk FOREIGN KEY (parent) REFERENCES zz_parents (id) ON DELETE CASCADE) COMMENT = 'a
  table';
INSERT INTO zz_parents (`or``der`) VALUES ('x');
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
CREATE VIEW a_view AS SELECT 1 AS id;
CREATE VIEW z_view AS SELECT id, twice(n) AS t FROM kids;
CREATE OR REPLACE VIEW a_view AS SELECT id FROM z_view;
CREATE PROCEDURE p(IN a INT) BEGIN DECLARE x INT; SET x = a; IF x > 1 THEN SELECT ';'; END IF; END;
CREATE TRIGGER trg BEFORE INSERT ON kids FOR EACH ROW BEGIN SET NEW.n = 1; SET NEW.e = 'b'; END;
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE DO DELETE FROM
  kids)"}};

// What a dump of the database makes of an empty one.
void check_round_trip(Database& db) {
  const std::string text = dump_schema(db);
  CAPTURE(text);
  ScratchDatabase scratch(target_url() == "sqlite::memory:" ? target_url() : database_url());
  load_schema(scratch.db(), text);
  CHECK(dump_schema(scratch.db()) == text);
  CHECK(schema_fingerprint(read_objects(scratch.db())) == schema_fingerprint(read_objects(db)));
}

TEST_CASE("dump: the shipped schema, loaded and dumped again, is the same") {
  static_cast<void>(database());
  Empty fixture;
  Migrator(fixture.db, MigrationSet::embedded(fixture.db.dialect().engine)).up();
  CHECK(dump_schema(fixture.db).find("lockstep_migration") == std::string::npos);
  CHECK(dump_schema(fixture.db) == dump_schema(fixture.db));
  check_round_trip(fixture.db);
}

TEST_CASE("dump: of everything that an engine has") {
  static_cast<void>(database());
  Empty fixture;
  load_schema(fixture.db, rich.text(fixture.db.dialect().engine));
  const auto objects = read_objects(fixture.db);
  CHECK(objects.unsupported == std::vector<std::string>{});
  CHECK(objects.objects.size() >= 8);
  check_round_trip(fixture.db);
}

TEST_CASE("dump: what it cannot write is an error that names it") {
  Empty fixture;
  Database& db = fixture.db;
  if (db.dialect().engine != Engine::postgres) return;
  db.execute("CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')");
  db.execute("CREATE TABLE parent (a integer)");
  db.execute("CREATE TABLE child () INHERITS (parent)");
  CHECK_THROWS_WITH_AS(static_cast<void>(dump_schema(db)),
                       doctest::Contains("aggregate public.total(integer), table public.child"),
                       Unsupported);
}

TEST_CASE("dump: a database with objects is no place to load one, and a bad text leaves nothing") {
  Empty fixture;
  Database& db = fixture.db;
  CHECK_THROWS_WITH_AS(load_schema(db, "CREATE TABLE a (id INT);\n'", "x.sql"),
                       doctest::Contains("x.sql:2: "), InvalidData);
  CHECK_FALSE(has_table(db, "a"));
  CHECK_THROWS_WITH_AS(load_schema(db, "CREATE TABLE a (id INT);\nCREATE TABLE b (;", "x.sql"),
                       doctest::Contains("x.sql:2: "), Error);
  if (db.capabilities().transactional_ddl) {
    CHECK_FALSE(has_table(db, "a"));
    load_schema(db, create("a"));
  }
  CHECK_THROWS_WITH_AS(load_schema(db, create("b")), doctest::Contains("this one has table "),
                       InvalidState);
}

TEST_CASE("dump: the fingerprint is that of the objects, not of their spelling") {
  Empty fixture;
  Database& db = fixture.db;
  const auto fingerprint = [&] { return schema_fingerprint(read_objects(db)); };
  const std::string empty = fingerprint();
  db.execute(create("a"));
  const std::string one = fingerprint();
  CHECK(one != empty);
  db.execute("ALTER TABLE a RENAME TO b");
  CHECK(fingerprint() != one);
  db.execute("ALTER TABLE b RENAME TO a");
  CHECK(fingerprint() == one);
  db.execute("ALTER TABLE a ADD COLUMN n INTEGER");
  CHECK(fingerprint() != one);
  db.execute("DROP TABLE a");
  CHECK(fingerprint() == empty);
}

}  // namespace
}  // namespace lockstep::tests
