-- When maintenance was finished last: one row, of the last run.
--
-- Times are TEXT 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC.

CREATE TABLE lockstep_maintenance (
  id INTEGER NOT NULL CONSTRAINT pk_lockstep_maintenance PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  steps INTEGER NOT NULL,
  problems INTEGER NOT NULL,
  CONSTRAINT ck_lockstep_maintenance_id CHECK (id = 1)
) STRICT;
