-- Who holds which run is forgotten; what runs stays running.

DROP INDEX idx_job_runs_status_scheduled_at;

ALTER TABLE job_runs DROP COLUMN fence;

ALTER TABLE job_runs DROP COLUMN lease_until;

ALTER TABLE job_runs DROP COLUMN claimed_by;
