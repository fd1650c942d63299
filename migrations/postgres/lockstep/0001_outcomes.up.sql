-- Tokens of transactions that are committed at most once, each written in the transaction it names.

CREATE TABLE lockstep_outcomes (
  token VARCHAR(255) COLLATE "C" NOT NULL,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT pk_lockstep_outcomes PRIMARY KEY (token)
);

CREATE INDEX idx_lockstep_outcomes_created_at ON lockstep_outcomes (created_at);
