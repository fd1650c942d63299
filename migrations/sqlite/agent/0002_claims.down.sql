-- Who holds which task, and what it repeats, is forgotten; what runs stays running.

DROP INDEX idx_tasks_status_created_at;

ALTER TABLE tasks DROP COLUMN replay_of;

ALTER TABLE tasks DROP COLUMN fence;

ALTER TABLE tasks DROP COLUMN lease_until;

ALTER TABLE tasks DROP COLUMN claimed_by;
