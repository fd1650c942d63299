-- Leases: who is running a run, until when by the server's clock, and how often it was claimed.

ALTER TABLE job_runs
  ADD COLUMN claimed_by VARCHAR(255),
  ADD COLUMN lease_until DATETIME(6),
  ADD COLUMN fence BIGINT NOT NULL DEFAULT 0,
  ADD KEY idx_job_runs_status_scheduled_at (status, scheduled_at);
