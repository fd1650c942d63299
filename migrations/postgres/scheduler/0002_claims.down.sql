-- Who holds which run is forgotten; what runs stays running.

DROP INDEX idx_job_runs_status_scheduled_at;

ALTER TABLE job_runs
  DROP COLUMN fence,
  DROP COLUMN lease_until,
  DROP COLUMN claimed_by;
