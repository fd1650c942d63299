-- Scheduler: constraints, actions, jobs, runs, violations and statistics.
--
-- Durations of the statistics are nanoseconds; JSON is text that the library has checked. Keys sort
-- and compare by their bytes (COLLATE "C"), as on the other engines.

CREATE TABLE constraints (
  id VARCHAR(255) COLLATE "C" NOT NULL,
  max_concurrent_runs INTEGER,
  catch_up BOOLEAN,
  catch_up_window VARCHAR(32) COLLATE "C",
  max_expected_run_time VARCHAR(32) COLLATE "C",
  max_allowed_run_time VARCHAR(32) COLLATE "C",
  pre_run_hook TEXT,
  post_run_hook TEXT,
  require_previous_success TEXT,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT pk_constraints PRIMARY KEY (id)
);

-- For UPDATEs that do not set updated_at themselves; the library's do. It never moves back.
CREATE FUNCTION scheduler_touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := GREATEST(OLD.updated_at, clock_timestamp());
  RETURN NEW;
END
$$;

CREATE TRIGGER trg_constraints_updated_at BEFORE UPDATE ON constraints FOR EACH ROW
WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION scheduler_touch_updated_at();

CREATE TABLE actions (
  id VARCHAR(255) COLLATE "C" NOT NULL,
  name VARCHAR(255) COLLATE "C" NOT NULL,
  action_type VARCHAR(64) COLLATE "C" NOT NULL,
  config TEXT,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT pk_actions PRIMARY KEY (id)
);

CREATE TABLE jobs (
  id VARCHAR(255) COLLATE "C" NOT NULL,
  name VARCHAR(255) COLLATE "C" NOT NULL,
  schedule VARCHAR(255) COLLATE "C" NOT NULL,
  pod_spec TEXT,
  constraint_id VARCHAR(255) COLLATE "C",
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT pk_jobs PRIMARY KEY (id),
  CONSTRAINT fk_jobs_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE SET NULL
);

CREATE INDEX idx_jobs_constraint_id ON jobs (constraint_id);

CREATE TRIGGER trg_jobs_updated_at BEFORE UPDATE ON jobs FOR EACH ROW
WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION scheduler_touch_updated_at();

CREATE TABLE job_actions (
  job_id VARCHAR(255) COLLATE "C" NOT NULL,
  action_id VARCHAR(255) COLLATE "C" NOT NULL,
  "trigger" VARCHAR(32) COLLATE "C" NOT NULL,
  constraint_id VARCHAR(255) COLLATE "C",
  CONSTRAINT pk_job_actions PRIMARY KEY (job_id, action_id),
  CONSTRAINT fk_job_actions_job_id FOREIGN KEY (job_id)
    REFERENCES jobs (id) ON DELETE CASCADE,
  CONSTRAINT fk_job_actions_action_id FOREIGN KEY (action_id)
    REFERENCES actions (id) ON DELETE CASCADE,
  CONSTRAINT fk_job_actions_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE CASCADE,
  CONSTRAINT ck_job_actions_trigger
    CHECK ("trigger" IN ('on_failure', 'on_violation', 'on_success', 'on_timeout'))
);

CREATE INDEX idx_job_actions_action_id ON job_actions (action_id);

CREATE INDEX idx_job_actions_constraint_id ON job_actions (constraint_id);

CREATE TABLE job_runs (
  job_id VARCHAR(255) COLLATE "C" NOT NULL,
  run_id VARCHAR(255) COLLATE "C" NOT NULL,
  scheduled_at TIMESTAMPTZ(6) NOT NULL,
  started_at TIMESTAMPTZ(6),
  completed_at TIMESTAMPTZ(6),
  status VARCHAR(32) COLLATE "C" NOT NULL,
  success BOOLEAN,
  error TEXT,
  CONSTRAINT pk_job_runs PRIMARY KEY (job_id, scheduled_at),
  CONSTRAINT fk_job_runs_job_id FOREIGN KEY (job_id)
    REFERENCES jobs (id) ON DELETE CASCADE,
  CONSTRAINT ck_job_runs_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
);

-- The key that constraint_violations refers to.
CREATE UNIQUE INDEX idx_job_runs_run_id ON job_runs (run_id);

CREATE INDEX idx_job_runs_job_id ON job_runs (job_id);

CREATE TABLE constraint_violations (
  id VARCHAR(255) COLLATE "C" NOT NULL,
  run_id VARCHAR(255) COLLATE "C" NOT NULL,
  constraint_id VARCHAR(255) COLLATE "C" NOT NULL,
  violation_time TIMESTAMPTZ(6) NOT NULL,
  action_taken VARCHAR(64) COLLATE "C",
  details TEXT,
  CONSTRAINT pk_constraint_violations PRIMARY KEY (id),
  CONSTRAINT fk_constraint_violations_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT fk_constraint_violations_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE CASCADE
);

CREATE INDEX idx_constraint_violations_run_id ON constraint_violations (run_id);

CREATE INDEX idx_constraint_violations_constraint_id ON constraint_violations (constraint_id);

CREATE TABLE scheduler_stats (
  stats_period_id VARCHAR(255) COLLATE "C" NOT NULL,
  start_time TIMESTAMPTZ(6) NOT NULL,
  end_time TIMESTAMPTZ(6) NOT NULL,
  iterations BIGINT NOT NULL DEFAULT 0,
  run_jobs BIGINT NOT NULL DEFAULT 0,
  late_jobs BIGINT NOT NULL DEFAULT 0,
  time_passed_run_time BIGINT NOT NULL DEFAULT 0,
  missed_jobs BIGINT NOT NULL DEFAULT 0,
  time_passed_grace_period BIGINT NOT NULL DEFAULT 0,
  jobs_cancelled BIGINT NOT NULL DEFAULT 0,
  min_inbox_length BIGINT,
  max_inbox_length BIGINT,
  avg_inbox_length DOUBLE PRECISION,
  empty_inbox_time BIGINT,
  avg_time_in_inbox DOUBLE PRECISION,
  min_time_in_inbox BIGINT,
  max_time_in_inbox BIGINT,
  CONSTRAINT pk_scheduler_stats PRIMARY KEY (stats_period_id)
);

CREATE TABLE orchestrator_stats (
  run_id VARCHAR(255) COLLATE "C" NOT NULL,
  stats_period_id VARCHAR(255) COLLATE "C" NOT NULL,
  runtime BIGINT NOT NULL,
  constraints_checked BIGINT NOT NULL DEFAULT 0,
  actions_taken BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT pk_orchestrator_stats PRIMARY KEY (run_id),
  CONSTRAINT fk_orchestrator_stats_stats_period_id FOREIGN KEY (stats_period_id)
    REFERENCES scheduler_stats (stats_period_id) ON DELETE CASCADE
);

CREATE INDEX idx_orchestrator_stats_stats_period_id ON orchestrator_stats (stats_period_id);
