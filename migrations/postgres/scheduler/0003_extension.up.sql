-- Scheduler, the extension: numbers of types, runs of actions, webhooks, more statistics.
--
-- Durations are microseconds in syncer_stats and stats_collector_stats, milliseconds in the tables
-- of webhooks. Rows of action_types and constraint_types are never deleted and never renumbered.

CREATE TABLE action_types (
  id INTEGER NOT NULL,
  name VARCHAR(255) COLLATE "C" NOT NULL,
  CONSTRAINT pk_action_types PRIMARY KEY (id),
  CONSTRAINT uq_action_types_name UNIQUE (name)
);

INSERT INTO action_types (id, name) VALUES
  (1, 'retry'),
  (2, 'kickOffJob'),
  (3, 'webhook'),
  (4, 'killAllInstances'),
  (5, 'killLatestInstance'),
  (6, 'skipNextInstance')
ON CONFLICT DO NOTHING;

CREATE TABLE constraint_types (
  id INTEGER NOT NULL,
  name VARCHAR(255) COLLATE "C" NOT NULL,
  CONSTRAINT pk_constraint_types PRIMARY KEY (id),
  CONSTRAINT uq_constraint_types_name UNIQUE (name)
);

INSERT INTO constraint_types (id, name) VALUES
  (1, 'maxConcurrentRuns'),
  (2, 'catchUp'),
  (3, 'preRunHook'),
  (4, 'postRunHook'),
  (5, 'catchUpWindow'),
  (6, 'maxExpectedRunTime'),
  (7, 'maxAllowedRunTime'),
  (8, 'requirePreviousSuccess')
ON CONFLICT DO NOTHING;

CREATE TABLE action_runs (
  id VARCHAR(255) COLLATE "C" NOT NULL,
  run_id VARCHAR(255) COLLATE "C" NOT NULL,
  action_type_id INTEGER NOT NULL,
  "trigger" VARCHAR(32) COLLATE "C" NOT NULL,
  constraint_violation_id VARCHAR(255) COLLATE "C",
  executed_at TIMESTAMPTZ(6) NOT NULL,
  success BOOLEAN NOT NULL,
  error TEXT,
  details TEXT,
  CONSTRAINT pk_action_runs PRIMARY KEY (id),
  CONSTRAINT fk_action_runs_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT fk_action_runs_action_type_id FOREIGN KEY (action_type_id)
    REFERENCES action_types (id) ON DELETE CASCADE,
  CONSTRAINT fk_action_runs_constraint_violation_id FOREIGN KEY (constraint_violation_id)
    REFERENCES constraint_violations (id) ON DELETE SET NULL,
  CONSTRAINT ck_action_runs_trigger
    CHECK ("trigger" IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
);

CREATE INDEX idx_action_runs_run_id ON action_runs (run_id);

CREATE INDEX idx_action_runs_action_type_id ON action_runs (action_type_id);

CREATE INDEX idx_action_runs_constraint_violation_id ON action_runs (constraint_violation_id);

CREATE TABLE syncer_stats (
  stats_period_id VARCHAR(255) COLLATE "C" NOT NULL,
  start_time TIMESTAMPTZ(6) NOT NULL,
  end_time TIMESTAMPTZ(6) NOT NULL,
  total_writes BIGINT NOT NULL DEFAULT 0,
  writes_succeeded BIGINT NOT NULL DEFAULT 0,
  writes_failed BIGINT NOT NULL DEFAULT 0,
  avg_writes_in_flight DOUBLE PRECISION,
  max_writes_in_flight BIGINT,
  min_writes_in_flight BIGINT,
  avg_queued_writes DOUBLE PRECISION,
  max_queued_writes BIGINT,
  min_queued_writes BIGINT,
  avg_inbox_length DOUBLE PRECISION,
  max_inbox_length BIGINT,
  min_inbox_length BIGINT,
  avg_time_in_write_queue DOUBLE PRECISION,
  max_time_in_write_queue BIGINT,
  min_time_in_write_queue BIGINT,
  avg_time_in_inbox DOUBLE PRECISION,
  max_time_in_inbox BIGINT,
  min_time_in_inbox BIGINT,
  CONSTRAINT pk_syncer_stats PRIMARY KEY (stats_period_id)
);

CREATE INDEX idx_syncer_stats_start_time ON syncer_stats (start_time);

CREATE INDEX idx_syncer_stats_end_time ON syncer_stats (end_time);

CREATE TABLE stats_collector_stats (
  stats_period_id VARCHAR(255) COLLATE "C" NOT NULL,
  start_time TIMESTAMPTZ(6) NOT NULL,
  end_time TIMESTAMPTZ(6) NOT NULL,
  messages_received BIGINT NOT NULL DEFAULT 0,
  messages_processed BIGINT NOT NULL DEFAULT 0,
  scheduler_messages BIGINT NOT NULL DEFAULT 0,
  orchestrator_messages BIGINT NOT NULL DEFAULT 0,
  syncer_messages BIGINT NOT NULL DEFAULT 0,
  webhook_messages BIGINT NOT NULL DEFAULT 0,
  periods_completed BIGINT NOT NULL DEFAULT 0,
  database_flushes BIGINT NOT NULL DEFAULT 0,
  flush_errors BIGINT NOT NULL DEFAULT 0,
  avg_inbox_length DOUBLE PRECISION,
  max_inbox_length BIGINT,
  min_inbox_length BIGINT,
  avg_processing_time DOUBLE PRECISION,
  max_processing_time BIGINT,
  min_processing_time BIGINT,
  CONSTRAINT pk_stats_collector_stats PRIMARY KEY (stats_period_id)
);

CREATE INDEX idx_stats_collector_stats_start_time ON stats_collector_stats (start_time);

CREATE INDEX idx_stats_collector_stats_end_time ON stats_collector_stats (end_time);

CREATE TABLE webhook_deliveries (
  id VARCHAR(255) COLLATE "C" NOT NULL,
  run_id VARCHAR(255) COLLATE "C" NOT NULL,
  webhook_type VARCHAR(64) COLLATE "C" NOT NULL,
  "trigger" VARCHAR(32) COLLATE "C" NOT NULL,
  url TEXT NOT NULL,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  status_code INTEGER,
  success BOOLEAN NOT NULL,
  error TEXT,
  request_duration BIGINT,
  created_at TIMESTAMPTZ(6) NOT NULL,
  delivered_at TIMESTAMPTZ(6),
  CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
  CONSTRAINT fk_webhook_deliveries_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT ck_webhook_deliveries_trigger
    CHECK ("trigger" IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
);

CREATE INDEX idx_webhook_deliveries_run_id ON webhook_deliveries (run_id);

CREATE INDEX idx_webhook_deliveries_created_at ON webhook_deliveries (created_at);

-- For those that have failed.
CREATE INDEX idx_webhook_deliveries_success_created_at ON webhook_deliveries (success, created_at);

CREATE TABLE webhook_handler_stats (
  stats_period_id VARCHAR(255) COLLATE "C" NOT NULL,
  start_time TIMESTAMPTZ(6) NOT NULL,
  end_time TIMESTAMPTZ(6) NOT NULL,
  webhooks_sent BIGINT NOT NULL DEFAULT 0,
  webhooks_succeeded BIGINT NOT NULL DEFAULT 0,
  webhooks_failed BIGINT NOT NULL DEFAULT 0,
  total_retries BIGINT NOT NULL DEFAULT 0,
  avg_delivery_time DOUBLE PRECISION,
  max_delivery_time BIGINT,
  min_delivery_time BIGINT,
  avg_inbox_length DOUBLE PRECISION,
  max_inbox_length BIGINT,
  min_inbox_length BIGINT,
  CONSTRAINT pk_webhook_handler_stats PRIMARY KEY (stats_period_id)
);

CREATE INDEX idx_webhook_handler_stats_start_time ON webhook_handler_stats (start_time);

CREATE INDEX idx_webhook_handler_stats_end_time ON webhook_handler_stats (end_time);

-- A window of time is found by the end that fewer periods lie beyond.
CREATE INDEX idx_scheduler_stats_start_time ON scheduler_stats (start_time);

CREATE INDEX idx_scheduler_stats_end_time ON scheduler_stats (end_time);
