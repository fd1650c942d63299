-- Tokens of transactions that are committed at most once, each written in the transaction it names.
--
-- Times are UTC whatever the zone of the session, except the default, which needs time_zone '+00:00'.
-- The index is written inside the table, so that this file is one step.

CREATE TABLE lockstep_outcomes (
  token VARCHAR(255) NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_lockstep_outcomes PRIMARY KEY (token),
  KEY idx_lockstep_outcomes_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
