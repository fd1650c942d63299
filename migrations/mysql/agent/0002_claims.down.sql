-- Who holds which task, and what it repeats, is forgotten; what runs stays running.

ALTER TABLE tasks
  DROP KEY idx_tasks_status_created_at,
  DROP COLUMN replay_of,
  DROP COLUMN fence,
  DROP COLUMN lease_until,
  DROP COLUMN claimed_by;
