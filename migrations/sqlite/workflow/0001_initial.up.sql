-- Workflow: executions, the executions of their nodes, and how variables have changed.
--
-- Times are TEXT 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC, JSON is text that the library has checked. A
-- status and a type of error are words that only the library knows. STRICT keeps the column types,
-- as the other engines do; the *_len checks stand for the length that VARCHAR(n) has there.

CREATE TABLE executions (
  id TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  workflow_version TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at TEXT NOT NULL,
  completed_at TEXT,
  error_type TEXT,
  error_message TEXT,
  error_node_id TEXT,
  error_context TEXT,
  return_value TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_executions PRIMARY KEY (id),
  CONSTRAINT ck_executions_id_len CHECK (length(id) <= 64),
  CONSTRAINT ck_executions_workflow_id_len CHECK (length(workflow_id) <= 255),
  CONSTRAINT ck_executions_workflow_version_len CHECK (length(workflow_version) <= 64),
  CONSTRAINT ck_executions_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_executions_error_type_len CHECK (length(error_type) <= 32),
  CONSTRAINT ck_executions_error_node_id_len CHECK (length(error_node_id) <= 255)
) STRICT;

-- Each ends as lists are ordered: newest first is this order backwards.
CREATE INDEX idx_executions_workflow_id_started_at ON executions (workflow_id, started_at, id);

CREATE INDEX idx_executions_status_started_at ON executions (status, started_at, id);

CREATE INDEX idx_executions_started_at ON executions (started_at, id);

CREATE INDEX idx_executions_workflow_id_status_started_at
  ON executions (workflow_id, status, started_at, id);

CREATE TABLE node_executions (
  id TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  node_type TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at TEXT NOT NULL,
  completed_at TEXT,
  inputs TEXT,
  outputs TEXT,
  error_type TEXT,
  error_message TEXT,
  error_context TEXT,
  retry_count INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT pk_node_executions PRIMARY KEY (id),
  CONSTRAINT fk_node_executions_execution_id FOREIGN KEY (execution_id)
    REFERENCES executions (id) ON DELETE CASCADE,
  CONSTRAINT ck_node_executions_id_len CHECK (length(id) <= 64),
  CONSTRAINT ck_node_executions_execution_id_len CHECK (length(execution_id) <= 64),
  CONSTRAINT ck_node_executions_node_id_len CHECK (length(node_id) <= 255),
  CONSTRAINT ck_node_executions_node_type_len CHECK (length(node_type) <= 64),
  CONSTRAINT ck_node_executions_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_node_executions_error_type_len CHECK (length(error_type) <= 32)
) STRICT;

CREATE INDEX idx_node_executions_execution_id_started_at
  ON node_executions (execution_id, started_at, id);

CREATE INDEX idx_node_executions_status ON node_executions (status);

CREATE TABLE variable_snapshots (
  id INTEGER NOT NULL CONSTRAINT pk_variable_snapshots PRIMARY KEY AUTOINCREMENT,
  execution_id TEXT NOT NULL,
  node_execution_id TEXT,
  variable_name TEXT NOT NULL,
  old_value TEXT,
  new_value TEXT,
  timestamp TEXT NOT NULL,
  CONSTRAINT fk_variable_snapshots_execution_id FOREIGN KEY (execution_id)
    REFERENCES executions (id) ON DELETE CASCADE,
  CONSTRAINT fk_variable_snapshots_node_execution_id FOREIGN KEY (node_execution_id)
    REFERENCES node_executions (id) ON DELETE SET NULL,
  CONSTRAINT ck_variable_snapshots_execution_id_len CHECK (length(execution_id) <= 64),
  CONSTRAINT ck_variable_snapshots_node_execution_id_len CHECK (length(node_execution_id) <= 64),
  CONSTRAINT ck_variable_snapshots_variable_name_len CHECK (length(variable_name) <= 255)
) STRICT;

CREATE INDEX idx_variable_snapshots_execution_id_timestamp
  ON variable_snapshots (execution_id, timestamp, id);

CREATE INDEX idx_variable_snapshots_node_execution_id ON variable_snapshots (node_execution_id);
