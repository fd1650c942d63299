-- When maintenance was finished last: one row, of the last run.

CREATE TABLE lockstep_maintenance (
  id BIGINT NOT NULL,
  started_at TIMESTAMPTZ(6) NOT NULL,
  finished_at TIMESTAMPTZ(6) NOT NULL,
  steps BIGINT NOT NULL,
  problems BIGINT NOT NULL,
  CONSTRAINT pk_lockstep_maintenance PRIMARY KEY (id),
  CONSTRAINT ck_lockstep_maintenance_id CHECK (id = 1)
);
