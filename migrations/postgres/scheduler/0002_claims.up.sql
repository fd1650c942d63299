-- Leases: who is running a run, until when by the server's clock, and how often it was claimed.

ALTER TABLE job_runs
  ADD COLUMN claimed_by VARCHAR(255) COLLATE "C",
  ADD COLUMN lease_until TIMESTAMPTZ(6),
  ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;

CREATE INDEX idx_job_runs_status_scheduled_at ON job_runs (status, scheduled_at);
