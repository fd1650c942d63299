-- Tokens of transactions that are committed at most once, each written in the transaction it names.
--
-- Times are TEXT 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC; the *_len check stands for the length that
-- VARCHAR(n) has on the other engines.

CREATE TABLE lockstep_outcomes (
  token TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_lockstep_outcomes PRIMARY KEY (token),
  CONSTRAINT ck_lockstep_outcomes_token_len CHECK (length(token) <= 255)
) STRICT;

CREATE INDEX idx_lockstep_outcomes_created_at ON lockstep_outcomes (created_at);
