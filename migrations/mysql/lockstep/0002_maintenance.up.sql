-- When maintenance was finished last: one row, of the last run.
--
-- Times are UTC whatever the zone of the session.

CREATE TABLE lockstep_maintenance (
  id BIGINT NOT NULL,
  started_at DATETIME(6) NOT NULL,
  finished_at DATETIME(6) NOT NULL,
  steps BIGINT NOT NULL,
  problems BIGINT NOT NULL,
  CONSTRAINT pk_lockstep_maintenance PRIMARY KEY (id),
  CONSTRAINT ck_lockstep_maintenance_id CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
