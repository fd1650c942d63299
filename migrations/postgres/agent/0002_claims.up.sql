-- Leases: who is running a task, until when by the server's clock (milliseconds since 1970), and how
-- often it was claimed. And replays: the task that a task repeats, which may be gone.

ALTER TABLE tasks
  ADD COLUMN claimed_by VARCHAR(255) COLLATE "C",
  ADD COLUMN lease_until BIGINT,
  ADD COLUMN fence BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN replay_of VARCHAR(255) COLLATE "C";

CREATE INDEX idx_tasks_status_created_at ON tasks (status, created_at);
