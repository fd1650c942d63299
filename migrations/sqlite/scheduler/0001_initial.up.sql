-- Scheduler: constraints, actions, jobs, runs, violations and statistics.
--
-- Times are TEXT 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC, durations of the statistics are nanoseconds,
-- booleans are 0 or 1, JSON is text that the library has checked. STRICT keeps the column types, as
-- the other engines do; the *_len checks stand for the length that VARCHAR(n) has there.

CREATE TABLE constraints (
  id TEXT NOT NULL,
  max_concurrent_runs INTEGER,
  catch_up INTEGER,
  catch_up_window TEXT,
  max_expected_run_time TEXT,
  max_allowed_run_time TEXT,
  pre_run_hook TEXT,
  post_run_hook TEXT,
  require_previous_success TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_constraints PRIMARY KEY (id),
  CONSTRAINT ck_constraints_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_constraints_catch_up_window_len CHECK (length(catch_up_window) <= 32),
  CONSTRAINT ck_constraints_max_expected_run_time_len CHECK (length(max_expected_run_time) <= 32),
  CONSTRAINT ck_constraints_max_allowed_run_time_len CHECK (length(max_allowed_run_time) <= 32)
) STRICT;

-- For UPDATEs that do not set updated_at themselves; the library's do. It never moves back.
CREATE TRIGGER trg_constraints_updated_at AFTER UPDATE ON constraints FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE constraints SET updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
  WHERE id = NEW.id AND updated_at < strftime('%Y-%m-%d %H:%M:%f000', 'now');
END;

CREATE TABLE actions (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  action_type TEXT NOT NULL,
  config TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_actions PRIMARY KEY (id),
  CONSTRAINT ck_actions_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_actions_name_len CHECK (length(name) <= 255),
  CONSTRAINT ck_actions_action_type_len CHECK (length(action_type) <= 64)
) STRICT;

CREATE TABLE jobs (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  schedule TEXT NOT NULL,
  pod_spec TEXT,
  constraint_id TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_jobs PRIMARY KEY (id),
  CONSTRAINT fk_jobs_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE SET NULL,
  CONSTRAINT ck_jobs_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_jobs_name_len CHECK (length(name) <= 255),
  CONSTRAINT ck_jobs_schedule_len CHECK (length(schedule) <= 255),
  CONSTRAINT ck_jobs_constraint_id_len CHECK (length(constraint_id) <= 255)
) STRICT;

CREATE INDEX idx_jobs_constraint_id ON jobs (constraint_id);

CREATE TRIGGER trg_jobs_updated_at AFTER UPDATE ON jobs FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE jobs SET updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
  WHERE id = NEW.id AND updated_at < strftime('%Y-%m-%d %H:%M:%f000', 'now');
END;

CREATE TABLE job_actions (
  job_id TEXT NOT NULL,
  action_id TEXT NOT NULL,
  "trigger" TEXT NOT NULL,
  constraint_id TEXT,
  CONSTRAINT pk_job_actions PRIMARY KEY (job_id, action_id),
  CONSTRAINT fk_job_actions_job_id FOREIGN KEY (job_id)
    REFERENCES jobs (id) ON DELETE CASCADE,
  CONSTRAINT fk_job_actions_action_id FOREIGN KEY (action_id)
    REFERENCES actions (id) ON DELETE CASCADE,
  CONSTRAINT fk_job_actions_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE CASCADE,
  CONSTRAINT ck_job_actions_job_id_len CHECK (length(job_id) <= 255),
  CONSTRAINT ck_job_actions_action_id_len CHECK (length(action_id) <= 255),
  CONSTRAINT ck_job_actions_trigger_len CHECK (length("trigger") <= 32),
  CONSTRAINT ck_job_actions_trigger
    CHECK ("trigger" IN ('on_failure', 'on_violation', 'on_success', 'on_timeout')),
  CONSTRAINT ck_job_actions_constraint_id_len CHECK (length(constraint_id) <= 255)
) STRICT;

CREATE INDEX idx_job_actions_action_id ON job_actions (action_id);

CREATE INDEX idx_job_actions_constraint_id ON job_actions (constraint_id);

CREATE TABLE job_runs (
  job_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  scheduled_at TEXT NOT NULL,
  started_at TEXT,
  completed_at TEXT,
  status TEXT NOT NULL,
  success INTEGER,
  error TEXT,
  CONSTRAINT pk_job_runs PRIMARY KEY (job_id, scheduled_at),
  CONSTRAINT fk_job_runs_job_id FOREIGN KEY (job_id)
    REFERENCES jobs (id) ON DELETE CASCADE,
  CONSTRAINT ck_job_runs_job_id_len CHECK (length(job_id) <= 255),
  CONSTRAINT ck_job_runs_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_job_runs_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_job_runs_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
) STRICT;

-- The key that constraint_violations refers to.
CREATE UNIQUE INDEX idx_job_runs_run_id ON job_runs (run_id);

CREATE INDEX idx_job_runs_job_id ON job_runs (job_id);

CREATE TABLE constraint_violations (
  id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  constraint_id TEXT NOT NULL,
  violation_time TEXT NOT NULL,
  action_taken TEXT,
  details TEXT,
  CONSTRAINT pk_constraint_violations PRIMARY KEY (id),
  CONSTRAINT fk_constraint_violations_run_id FOREIGN KEY (run_id)
    REFERENCES job_runs (run_id) ON DELETE CASCADE,
  CONSTRAINT fk_constraint_violations_constraint_id FOREIGN KEY (constraint_id)
    REFERENCES constraints (id) ON DELETE CASCADE,
  CONSTRAINT ck_constraint_violations_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_constraint_violations_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_constraint_violations_constraint_id_len CHECK (length(constraint_id) <= 255),
  CONSTRAINT ck_constraint_violations_action_taken_len CHECK (length(action_taken) <= 64)
) STRICT;

CREATE INDEX idx_constraint_violations_run_id ON constraint_violations (run_id);

CREATE INDEX idx_constraint_violations_constraint_id ON constraint_violations (constraint_id);

CREATE TABLE scheduler_stats (
  stats_period_id TEXT NOT NULL,
  start_time TEXT NOT NULL,
  end_time TEXT NOT NULL,
  iterations INTEGER NOT NULL DEFAULT 0,
  run_jobs INTEGER NOT NULL DEFAULT 0,
  late_jobs INTEGER NOT NULL DEFAULT 0,
  time_passed_run_time INTEGER NOT NULL DEFAULT 0,
  missed_jobs INTEGER NOT NULL DEFAULT 0,
  time_passed_grace_period INTEGER NOT NULL DEFAULT 0,
  jobs_cancelled INTEGER NOT NULL DEFAULT 0,
  min_inbox_length INTEGER,
  max_inbox_length INTEGER,
  avg_inbox_length REAL,
  empty_inbox_time INTEGER,
  avg_time_in_inbox REAL,
  min_time_in_inbox INTEGER,
  max_time_in_inbox INTEGER,
  CONSTRAINT pk_scheduler_stats PRIMARY KEY (stats_period_id),
  CONSTRAINT ck_scheduler_stats_stats_period_id_len CHECK (length(stats_period_id) <= 255)
) STRICT;

CREATE TABLE orchestrator_stats (
  run_id TEXT NOT NULL,
  stats_period_id TEXT NOT NULL,
  runtime INTEGER NOT NULL,
  constraints_checked INTEGER NOT NULL DEFAULT 0,
  actions_taken INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT pk_orchestrator_stats PRIMARY KEY (run_id),
  CONSTRAINT fk_orchestrator_stats_stats_period_id FOREIGN KEY (stats_period_id)
    REFERENCES scheduler_stats (stats_period_id) ON DELETE CASCADE,
  CONSTRAINT ck_orchestrator_stats_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_orchestrator_stats_stats_period_id_len CHECK (length(stats_period_id) <= 255)
) STRICT;

CREATE INDEX idx_orchestrator_stats_stats_period_id ON orchestrator_stats (stats_period_id);
