-- Scheduler, the extension: numbers of types, runs of actions, webhooks, more statistics.
--
-- Durations are microseconds in syncer_stats and stats_collector_stats, milliseconds in the tables
-- of webhooks. Rows of action_types and constraint_types are never deleted and never renumbered.

CREATE TABLE action_types (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT pk_action_types PRIMARY KEY (id),
  CONSTRAINT uq_action_types_name UNIQUE (name),
  CONSTRAINT ck_action_types_name_len CHECK (length(name) <= 255)
) STRICT;

INSERT OR IGNORE INTO action_types (id, name) VALUES
  (1, 'retry'),
  (2, 'kickOffJob'),
  (3, 'webhook'),
  (4, 'killAllInstances'),
  (5, 'killLatestInstance'),
  (6, 'skipNextInstance');

CREATE TABLE constraint_types (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT pk_constraint_types PRIMARY KEY (id),
  CONSTRAINT uq_constraint_types_name UNIQUE (name),
  CONSTRAINT ck_constraint_types_name_len CHECK (length(name) <= 255)
) STRICT;

INSERT OR IGNORE INTO constraint_types (id, name) VALUES
  (1, 'maxConcurrentRuns'),
  (2, 'catchUp'),
  (3, 'preRunHook'),
  (4, 'postRunHook'),
  (5, 'catchUpWindow'),
  (6, 'maxExpectedRunTime'),
  (7, 'maxAllowedRunTime'),
  (8, 'requirePreviousSuccess');

CREATE TABLE action_runs (
  id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  action_type_id INTEGER NOT NULL,
  "trigger" TEXT NOT NULL,
  constraint_violation_id TEXT,
  executed_at TEXT NOT NULL,
  success INTEGER NOT NULL,
  error TEXT,
  details TEXT,
  CONSTRAINT pk_action_runs PRIMARY KEY (id),
  CONSTRAINT fk_action_runs_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT fk_action_runs_action_type_id FOREIGN KEY (action_type_id)
    REFERENCES action_types (id) ON DELETE CASCADE,
  CONSTRAINT fk_action_runs_constraint_violation_id FOREIGN KEY (constraint_violation_id)
    REFERENCES constraint_violations (id) ON DELETE SET NULL,
  CONSTRAINT ck_action_runs_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_action_runs_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_action_runs_trigger_len CHECK (length("trigger") <= 32),
  CONSTRAINT ck_action_runs_trigger
    CHECK ("trigger" IN ('on_failure', 'on_violation', 'on_success', 'on_timeout')),
  CONSTRAINT ck_action_runs_constraint_violation_id_len
    CHECK (length(constraint_violation_id) <= 255)
) STRICT;

CREATE INDEX idx_action_runs_run_id ON action_runs (run_id);

CREATE INDEX idx_action_runs_action_type_id ON action_runs (action_type_id);

CREATE INDEX idx_action_runs_constraint_violation_id ON action_runs (constraint_violation_id);

CREATE TABLE syncer_stats (
  stats_period_id TEXT NOT NULL,
  start_time TEXT NOT NULL,
  end_time TEXT NOT NULL,
  total_writes INTEGER NOT NULL DEFAULT 0,
  writes_succeeded INTEGER NOT NULL DEFAULT 0,
  writes_failed INTEGER NOT NULL DEFAULT 0,
  avg_writes_in_flight REAL,
  max_writes_in_flight INTEGER,
  min_writes_in_flight INTEGER,
  avg_queued_writes REAL,
  max_queued_writes INTEGER,
  min_queued_writes INTEGER,
  avg_inbox_length REAL,
  max_inbox_length INTEGER,
  min_inbox_length INTEGER,
  avg_time_in_write_queue REAL,
  max_time_in_write_queue INTEGER,
  min_time_in_write_queue INTEGER,
  avg_time_in_inbox REAL,
  max_time_in_inbox INTEGER,
  min_time_in_inbox INTEGER,
  CONSTRAINT pk_syncer_stats PRIMARY KEY (stats_period_id),
  CONSTRAINT ck_syncer_stats_stats_period_id_len CHECK (length(stats_period_id) <= 255)
) STRICT;

CREATE INDEX idx_syncer_stats_start_time ON syncer_stats (start_time);

CREATE INDEX idx_syncer_stats_end_time ON syncer_stats (end_time);

CREATE TABLE stats_collector_stats (
  stats_period_id TEXT NOT NULL,
  start_time TEXT NOT NULL,
  end_time TEXT NOT NULL,
  messages_received INTEGER NOT NULL DEFAULT 0,
  messages_processed INTEGER NOT NULL DEFAULT 0,
  scheduler_messages INTEGER NOT NULL DEFAULT 0,
  orchestrator_messages INTEGER NOT NULL DEFAULT 0,
  syncer_messages INTEGER NOT NULL DEFAULT 0,
  webhook_messages INTEGER NOT NULL DEFAULT 0,
  periods_completed INTEGER NOT NULL DEFAULT 0,
  database_flushes INTEGER NOT NULL DEFAULT 0,
  flush_errors INTEGER NOT NULL DEFAULT 0,
  avg_inbox_length REAL,
  max_inbox_length INTEGER,
  min_inbox_length INTEGER,
  avg_processing_time REAL,
  max_processing_time INTEGER,
  min_processing_time INTEGER,
  CONSTRAINT pk_stats_collector_stats PRIMARY KEY (stats_period_id),
  CONSTRAINT ck_stats_collector_stats_stats_period_id_len CHECK (length(stats_period_id) <= 255)
) STRICT;

CREATE INDEX idx_stats_collector_stats_start_time ON stats_collector_stats (start_time);

CREATE INDEX idx_stats_collector_stats_end_time ON stats_collector_stats (end_time);

CREATE TABLE webhook_deliveries (
  id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  webhook_type TEXT NOT NULL,
  "trigger" TEXT NOT NULL,
  url TEXT NOT NULL,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  status_code INTEGER,
  success INTEGER NOT NULL,
  error TEXT,
  request_duration INTEGER,
  created_at TEXT NOT NULL,
  delivered_at TEXT,
  CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
  CONSTRAINT fk_webhook_deliveries_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT ck_webhook_deliveries_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_webhook_deliveries_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_webhook_deliveries_webhook_type_len CHECK (length(webhook_type) <= 64),
  CONSTRAINT ck_webhook_deliveries_trigger_len CHECK (length("trigger") <= 32),
  CONSTRAINT ck_webhook_deliveries_trigger
    CHECK ("trigger" IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
) STRICT;

CREATE INDEX idx_webhook_deliveries_run_id ON webhook_deliveries (run_id);

CREATE INDEX idx_webhook_deliveries_created_at ON webhook_deliveries (created_at);

-- For those that have failed.
CREATE INDEX idx_webhook_deliveries_success_created_at ON webhook_deliveries (success, created_at);

CREATE TABLE webhook_handler_stats (
  stats_period_id TEXT NOT NULL,
  start_time TEXT NOT NULL,
  end_time TEXT NOT NULL,
  webhooks_sent INTEGER NOT NULL DEFAULT 0,
  webhooks_succeeded INTEGER NOT NULL DEFAULT 0,
  webhooks_failed INTEGER NOT NULL DEFAULT 0,
  total_retries INTEGER NOT NULL DEFAULT 0,
  avg_delivery_time REAL,
  max_delivery_time INTEGER,
  min_delivery_time INTEGER,
  avg_inbox_length REAL,
  max_inbox_length INTEGER,
  min_inbox_length INTEGER,
  CONSTRAINT pk_webhook_handler_stats PRIMARY KEY (stats_period_id),
  CONSTRAINT ck_webhook_handler_stats_stats_period_id_len CHECK (length(stats_period_id) <= 255)
) STRICT;

CREATE INDEX idx_webhook_handler_stats_start_time ON webhook_handler_stats (start_time);

CREATE INDEX idx_webhook_handler_stats_end_time ON webhook_handler_stats (end_time);

-- A window of time is found by the end that fewer periods lie beyond.
CREATE INDEX idx_scheduler_stats_start_time ON scheduler_stats (start_time);

CREATE INDEX idx_scheduler_stats_end_time ON scheduler_stats (end_time);
