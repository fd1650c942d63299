-- Instances: models that are served, and how.
--
-- Times are Unix seconds, restart_delay is in seconds, idle_timeout in minutes, max_restarts -1 means no
-- limit, booleans are 0 or 1, JSON is text that the library has checked. STRICT keeps the column types, as
-- the other engines do; the *_len checks stand for the length that VARCHAR(n) has there.

CREATE TABLE instances (
  id INTEGER CONSTRAINT pk_instances PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  backend_type TEXT NOT NULL,
  backend_config_json TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'stopped',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  auto_restart INTEGER NOT NULL DEFAULT 0,
  max_restarts INTEGER NOT NULL DEFAULT -1,
  restart_delay INTEGER NOT NULL DEFAULT 0,
  on_demand_start INTEGER NOT NULL DEFAULT 0,
  idle_timeout INTEGER NOT NULL DEFAULT 0,
  docker_enabled INTEGER NOT NULL DEFAULT 0,
  command_override TEXT,
  nodes TEXT,
  environment TEXT,
  owner_user_id TEXT,
  CONSTRAINT ck_instances_name_len CHECK (length(name) <= 50),
  CONSTRAINT ck_instances_backend_type_len CHECK (length(backend_type) <= 32),
  CONSTRAINT ck_instances_backend_type CHECK (backend_type IN ('llama_cpp', 'mlx_lm', 'vllm')),
  CONSTRAINT ck_instances_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_instances_status
    CHECK (status IN ('stopped', 'running', 'failed', 'restarting', 'shutting_down')),
  CONSTRAINT ck_instances_owner_user_id_len CHECK (length(owner_user_id) <= 255)
) STRICT;

CREATE UNIQUE INDEX idx_instances_name ON instances (name);

CREATE INDEX idx_instances_status ON instances (status);

CREATE INDEX idx_instances_backend_type ON instances (backend_type);
