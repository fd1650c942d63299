-- Leases: who is running a task, until when by the server's clock (milliseconds since 1970), and how
-- often it was claimed. And replays: the task that a task repeats, which may be gone.

ALTER TABLE tasks ADD COLUMN claimed_by TEXT
  CONSTRAINT ck_tasks_claimed_by_len CHECK (length(claimed_by) <= 255);

ALTER TABLE tasks ADD COLUMN lease_until INTEGER;

ALTER TABLE tasks ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;

ALTER TABLE tasks ADD COLUMN replay_of TEXT
  CONSTRAINT ck_tasks_replay_of_len CHECK (length(replay_of) <= 255);

CREATE INDEX idx_tasks_status_created_at ON tasks (status, created_at);
