-- Scheduler, the extension: numbers of types, runs of actions, webhooks, more statistics.
--
-- Durations are microseconds in syncer_stats and stats_collector_stats, milliseconds in the tables
-- of webhooks. Rows of action_types and constraint_types are never deleted and never renumbered.

CREATE TABLE action_types (
  id INT NOT NULL,
  name VARCHAR(255) NOT NULL,
  CONSTRAINT pk_action_types PRIMARY KEY (id),
  CONSTRAINT uq_action_types_name UNIQUE (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO action_types (id, name) VALUES
  (1, 'retry'),
  (2, 'kickOffJob'),
  (3, 'webhook'),
  (4, 'killAllInstances'),
  (5, 'killLatestInstance'),
  (6, 'skipNextInstance');

CREATE TABLE constraint_types (
  id INT NOT NULL,
  name VARCHAR(255) NOT NULL,
  CONSTRAINT pk_constraint_types PRIMARY KEY (id),
  CONSTRAINT uq_constraint_types_name UNIQUE (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO constraint_types (id, name) VALUES
  (1, 'maxConcurrentRuns'),
  (2, 'catchUp'),
  (3, 'preRunHook'),
  (4, 'postRunHook'),
  (5, 'catchUpWindow'),
  (6, 'maxExpectedRunTime'),
  (7, 'maxAllowedRunTime'),
  (8, 'requirePreviousSuccess');

CREATE TABLE action_runs (
  id VARCHAR(255) NOT NULL,
  run_id VARCHAR(255) NOT NULL,
  action_type_id INT NOT NULL,
  `trigger` VARCHAR(32) NOT NULL,
  constraint_violation_id VARCHAR(255),
  executed_at DATETIME(6) NOT NULL,
  success TINYINT(1) NOT NULL,
  error LONGTEXT,
  details LONGTEXT,
  CONSTRAINT pk_action_runs PRIMARY KEY (id),
  KEY idx_action_runs_run_id (run_id),
  KEY idx_action_runs_action_type_id (action_type_id),
  KEY idx_action_runs_constraint_violation_id (constraint_violation_id),
  CONSTRAINT fk_action_runs_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT fk_action_runs_action_type_id FOREIGN KEY (action_type_id)
    REFERENCES action_types (id) ON DELETE CASCADE,
  CONSTRAINT fk_action_runs_constraint_violation_id FOREIGN KEY (constraint_violation_id)
    REFERENCES constraint_violations (id) ON DELETE SET NULL,
  CONSTRAINT ck_action_runs_trigger
    CHECK (`trigger` IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE syncer_stats (
  stats_period_id VARCHAR(255) NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NOT NULL,
  total_writes BIGINT NOT NULL DEFAULT 0,
  writes_succeeded BIGINT NOT NULL DEFAULT 0,
  writes_failed BIGINT NOT NULL DEFAULT 0,
  avg_writes_in_flight DOUBLE,
  max_writes_in_flight BIGINT,
  min_writes_in_flight BIGINT,
  avg_queued_writes DOUBLE,
  max_queued_writes BIGINT,
  min_queued_writes BIGINT,
  avg_inbox_length DOUBLE,
  max_inbox_length BIGINT,
  min_inbox_length BIGINT,
  avg_time_in_write_queue DOUBLE,
  max_time_in_write_queue BIGINT,
  min_time_in_write_queue BIGINT,
  avg_time_in_inbox DOUBLE,
  max_time_in_inbox BIGINT,
  min_time_in_inbox BIGINT,
  CONSTRAINT pk_syncer_stats PRIMARY KEY (stats_period_id),
  KEY idx_syncer_stats_start_time (start_time),
  KEY idx_syncer_stats_end_time (end_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE stats_collector_stats (
  stats_period_id VARCHAR(255) NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NOT NULL,
  messages_received BIGINT NOT NULL DEFAULT 0,
  messages_processed BIGINT NOT NULL DEFAULT 0,
  scheduler_messages BIGINT NOT NULL DEFAULT 0,
  orchestrator_messages BIGINT NOT NULL DEFAULT 0,
  syncer_messages BIGINT NOT NULL DEFAULT 0,
  webhook_messages BIGINT NOT NULL DEFAULT 0,
  periods_completed BIGINT NOT NULL DEFAULT 0,
  database_flushes BIGINT NOT NULL DEFAULT 0,
  flush_errors BIGINT NOT NULL DEFAULT 0,
  avg_inbox_length DOUBLE,
  max_inbox_length BIGINT,
  min_inbox_length BIGINT,
  avg_processing_time DOUBLE,
  max_processing_time BIGINT,
  min_processing_time BIGINT,
  CONSTRAINT pk_stats_collector_stats PRIMARY KEY (stats_period_id),
  KEY idx_stats_collector_stats_start_time (start_time),
  KEY idx_stats_collector_stats_end_time (end_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- (success, created_at) finds those that have failed.
CREATE TABLE webhook_deliveries (
  id VARCHAR(255) NOT NULL,
  run_id VARCHAR(255) NOT NULL,
  webhook_type VARCHAR(64) NOT NULL,
  `trigger` VARCHAR(32) NOT NULL,
  url LONGTEXT NOT NULL,
  attempt_count INT NOT NULL DEFAULT 0,
  status_code INT,
  success TINYINT(1) NOT NULL,
  error LONGTEXT,
  request_duration BIGINT,
  created_at DATETIME(6) NOT NULL,
  delivered_at DATETIME(6),
  CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
  KEY idx_webhook_deliveries_run_id (run_id),
  KEY idx_webhook_deliveries_created_at (created_at),
  KEY idx_webhook_deliveries_success_created_at (success, created_at),
  CONSTRAINT fk_webhook_deliveries_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT ck_webhook_deliveries_trigger
    CHECK (`trigger` IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE webhook_handler_stats (
  stats_period_id VARCHAR(255) NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NOT NULL,
  webhooks_sent BIGINT NOT NULL DEFAULT 0,
  webhooks_succeeded BIGINT NOT NULL DEFAULT 0,
  webhooks_failed BIGINT NOT NULL DEFAULT 0,
  total_retries BIGINT NOT NULL DEFAULT 0,
  avg_delivery_time DOUBLE,
  max_delivery_time BIGINT,
  min_delivery_time BIGINT,
  avg_inbox_length DOUBLE,
  max_inbox_length BIGINT,
  min_inbox_length BIGINT,
  CONSTRAINT pk_webhook_handler_stats PRIMARY KEY (stats_period_id),
  KEY idx_webhook_handler_stats_start_time (start_time),
  KEY idx_webhook_handler_stats_end_time (end_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A window of time is found by the end that fewer periods lie beyond.
ALTER TABLE scheduler_stats
  ADD KEY idx_scheduler_stats_start_time (start_time),
  ADD KEY idx_scheduler_stats_end_time (end_time);
