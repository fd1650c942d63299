-- Who holds which task, and what it repeats, is forgotten; what runs stays running.

DROP INDEX idx_tasks_status_created_at;

ALTER TABLE tasks
  DROP COLUMN replay_of,
  DROP COLUMN fence,
  DROP COLUMN lease_until,
  DROP COLUMN claimed_by;
