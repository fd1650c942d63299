-- Workflow: executions, the executions of their nodes, and how variables have changed.
--
-- Times are UTC whatever the zone of the session, except the defaults, which need time_zone '+00:00';
-- JSON is text that the library has checked. A status and a type of error are words that only the
-- library knows. Indexes are written inside their table, so that each step of this file is one
-- whole table; those of executions end as lists are ordered: newest first is this order backwards.

CREATE TABLE executions (
  id VARCHAR(64) NOT NULL,
  workflow_id VARCHAR(255) NOT NULL,
  workflow_version VARCHAR(64) NOT NULL,
  status VARCHAR(32) NOT NULL,
  started_at DATETIME(6) NOT NULL,
  completed_at DATETIME(6),
  error_type VARCHAR(32),
  error_message LONGTEXT,
  error_node_id VARCHAR(255),
  error_context LONGTEXT,
  return_value LONGTEXT,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_executions PRIMARY KEY (id),
  KEY idx_executions_workflow_id_started_at (workflow_id, started_at, id),
  KEY idx_executions_status_started_at (status, started_at, id),
  KEY idx_executions_started_at (started_at, id),
  KEY idx_executions_workflow_id_status_started_at (workflow_id, status, started_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE node_executions (
  id VARCHAR(64) NOT NULL,
  execution_id VARCHAR(64) NOT NULL,
  node_id VARCHAR(255) NOT NULL,
  node_type VARCHAR(64) NOT NULL,
  status VARCHAR(32) NOT NULL,
  started_at DATETIME(6) NOT NULL,
  completed_at DATETIME(6),
  inputs LONGTEXT,
  outputs LONGTEXT,
  error_type VARCHAR(32),
  error_message LONGTEXT,
  error_context LONGTEXT,
  retry_count INT NOT NULL DEFAULT 0,
  CONSTRAINT pk_node_executions PRIMARY KEY (id),
  KEY idx_node_executions_execution_id_started_at (execution_id, started_at, id),
  KEY idx_node_executions_status (status),
  CONSTRAINT fk_node_executions_execution_id FOREIGN KEY (execution_id)
    REFERENCES executions (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE variable_snapshots (
  id BIGINT NOT NULL AUTO_INCREMENT,
  execution_id VARCHAR(64) NOT NULL,
  node_execution_id VARCHAR(64),
  variable_name VARCHAR(255) NOT NULL,
  old_value LONGTEXT,
  new_value LONGTEXT,
  timestamp DATETIME(6) NOT NULL,
  CONSTRAINT pk_variable_snapshots PRIMARY KEY (id),
  KEY idx_variable_snapshots_execution_id_timestamp (execution_id, timestamp, id),
  KEY idx_variable_snapshots_node_execution_id (node_execution_id),
  CONSTRAINT fk_variable_snapshots_execution_id FOREIGN KEY (execution_id)
    REFERENCES executions (id) ON DELETE CASCADE,
  CONSTRAINT fk_variable_snapshots_node_execution_id FOREIGN KEY (node_execution_id)
    REFERENCES node_executions (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
