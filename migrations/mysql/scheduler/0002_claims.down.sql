-- Who holds which run is forgotten; what runs stays running.

ALTER TABLE job_runs
  DROP KEY idx_job_runs_status_scheduled_at,
  DROP COLUMN fence,
  DROP COLUMN lease_until,
  DROP COLUMN claimed_by;
