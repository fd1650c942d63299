-- Scheduler: constraints, actions, jobs, runs, violations and statistics.
--
-- Times are UTC whatever the zone of the session, except the defaults, which need time_zone '+00:00';
-- durations of the statistics are nanoseconds; JSON is text that the library has checked. Indexes are
-- written inside their table, so that each step of this file is one whole table.

CREATE TABLE constraints (
  id VARCHAR(255) NOT NULL,
  max_concurrent_runs INT,
  catch_up TINYINT(1),
  catch_up_window VARCHAR(32),
  max_expected_run_time VARCHAR(32),
  max_allowed_run_time VARCHAR(32),
  pre_run_hook LONGTEXT,
  post_run_hook LONGTEXT,
  require_previous_success LONGTEXT,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_constraints PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE actions (
  id VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  action_type VARCHAR(64) NOT NULL,
  config LONGTEXT,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_actions PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE jobs (
  id VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  schedule VARCHAR(255) NOT NULL,
  pod_spec LONGTEXT,
  constraint_id VARCHAR(255),
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_jobs PRIMARY KEY (id),
  KEY idx_jobs_constraint_id (constraint_id),
  CONSTRAINT fk_jobs_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE job_actions (
  job_id VARCHAR(255) NOT NULL,
  action_id VARCHAR(255) NOT NULL,
  `trigger` VARCHAR(32) NOT NULL,
  constraint_id VARCHAR(255),
  CONSTRAINT pk_job_actions PRIMARY KEY (job_id, action_id),
  KEY idx_job_actions_action_id (action_id),
  KEY idx_job_actions_constraint_id (constraint_id),
  CONSTRAINT fk_job_actions_job_id FOREIGN KEY (job_id)
    REFERENCES jobs (id) ON DELETE CASCADE,
  CONSTRAINT fk_job_actions_action_id FOREIGN KEY (action_id)
    REFERENCES actions (id) ON DELETE CASCADE,
  CONSTRAINT fk_job_actions_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE CASCADE,
  CONSTRAINT ck_job_actions_trigger
    CHECK (`trigger` IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- idx_job_runs_run_id is the key that constraint_violations refers to.
CREATE TABLE job_runs (
  job_id VARCHAR(255) NOT NULL,
  run_id VARCHAR(255) NOT NULL,
  scheduled_at DATETIME(6) NOT NULL,
  started_at DATETIME(6),
  completed_at DATETIME(6),
  status VARCHAR(32) NOT NULL,
  success TINYINT(1),
  error LONGTEXT,
  CONSTRAINT pk_job_runs PRIMARY KEY (job_id, scheduled_at),
  UNIQUE KEY idx_job_runs_run_id (run_id),
  KEY idx_job_runs_job_id (job_id),
  CONSTRAINT fk_job_runs_job_id FOREIGN KEY (job_id)
    REFERENCES jobs (id) ON DELETE CASCADE,
  CONSTRAINT ck_job_runs_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE constraint_violations (
  id VARCHAR(255) NOT NULL,
  run_id VARCHAR(255) NOT NULL,
  constraint_id VARCHAR(255) NOT NULL,
  violation_time DATETIME(6) NOT NULL,
  action_taken VARCHAR(64),
  details LONGTEXT,
  CONSTRAINT pk_constraint_violations PRIMARY KEY (id),
  KEY idx_constraint_violations_run_id (run_id),
  KEY idx_constraint_violations_constraint_id (constraint_id),
  CONSTRAINT fk_constraint_violations_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT fk_constraint_violations_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE scheduler_stats (
  stats_period_id VARCHAR(255) NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NOT NULL,
  iterations BIGINT NOT NULL DEFAULT 0,
  run_jobs BIGINT NOT NULL DEFAULT 0,
  late_jobs BIGINT NOT NULL DEFAULT 0,
  time_passed_run_time BIGINT NOT NULL DEFAULT 0,
  missed_jobs BIGINT NOT NULL DEFAULT 0,
  time_passed_grace_period BIGINT NOT NULL DEFAULT 0,
  jobs_cancelled BIGINT NOT NULL DEFAULT 0,
  min_inbox_length BIGINT,
  max_inbox_length BIGINT,
  avg_inbox_length DOUBLE,
  empty_inbox_time BIGINT,
  avg_time_in_inbox DOUBLE,
  min_time_in_inbox BIGINT,
  max_time_in_inbox BIGINT,
  CONSTRAINT pk_scheduler_stats PRIMARY KEY (stats_period_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE orchestrator_stats (
  run_id VARCHAR(255) NOT NULL,
  stats_period_id VARCHAR(255) NOT NULL,
  runtime BIGINT NOT NULL,
  constraints_checked BIGINT NOT NULL DEFAULT 0,
  actions_taken BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT pk_orchestrator_stats PRIMARY KEY (run_id),
  KEY idx_orchestrator_stats_stats_period_id (stats_period_id),
  CONSTRAINT fk_orchestrator_stats_stats_period_id FOREIGN KEY (stats_period_id)
    REFERENCES scheduler_stats (stats_period_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
