-- Leases: who is running a run, until when by the server's clock, and how often it was claimed.

ALTER TABLE job_runs ADD COLUMN claimed_by TEXT
  CONSTRAINT ck_job_runs_claimed_by_len CHECK (length(claimed_by) <= 255);

ALTER TABLE job_runs ADD COLUMN lease_until TEXT;

ALTER TABLE job_runs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;

CREATE INDEX idx_job_runs_status_scheduled_at ON job_runs (status, scheduled_at);
