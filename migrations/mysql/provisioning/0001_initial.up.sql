-- Provisioning: runs, plan units, events, resource state, facts and audit.
--
-- Times are UTC whatever the zone of the session, except the defaults, which need time_zone '+00:00';
-- ttl is in seconds; JSON is text that the library has checked. Indexes are written inside their
-- table, so that each step of this file is one whole table; those that end with a time and the key
-- give pages of a list in their order.

CREATE TABLE runs (
  id VARCHAR(255) NOT NULL,
  plan_path LONGTEXT NOT NULL,
  status VARCHAR(32) NOT NULL,
  started_at DATETIME(6) NOT NULL,
  completed_at DATETIME(6),
  error LONGTEXT,
  metadata LONGTEXT NOT NULL DEFAULT ('{}'),
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_runs PRIMARY KEY (id),
  KEY idx_runs_status (status),
  KEY idx_runs_started_at (started_at, id),
  KEY idx_runs_created_at (created_at),
  CONSTRAINT ck_runs_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE plan_units (
  id VARCHAR(255) NOT NULL,
  run_id VARCHAR(255) NOT NULL,
  resource_type VARCHAR(255) NOT NULL,
  resource_name VARCHAR(255) NOT NULL,
  action VARCHAR(32) NOT NULL,
  status VARCHAR(32) NOT NULL,
  dependencies LONGTEXT NOT NULL DEFAULT ('[]'),
  desired_state LONGTEXT NOT NULL,
  actual_state LONGTEXT,
  diff LONGTEXT,
  started_at DATETIME(6),
  completed_at DATETIME(6),
  error LONGTEXT,
  retries INT NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_plan_units PRIMARY KEY (id),
  KEY idx_plan_units_run_id (run_id, created_at, id),
  KEY idx_plan_units_status (status),
  KEY idx_plan_units_resource_type_resource_name (resource_type, resource_name),
  CONSTRAINT fk_plan_units_run_id FOREIGN KEY (run_id)
    REFERENCES runs (id) ON DELETE CASCADE,
  CONSTRAINT ck_plan_units_action CHECK (action IN ('create', 'update', 'delete', 'read')),
  CONSTRAINT ck_plan_units_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'skipped'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE events (
  id BIGINT NOT NULL AUTO_INCREMENT,
  run_id VARCHAR(255),
  plan_unit_id VARCHAR(255),
  level VARCHAR(16) NOT NULL,
  message LONGTEXT NOT NULL,
  details LONGTEXT,
  timestamp DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_events PRIMARY KEY (id),
  KEY idx_events_run_id (run_id, timestamp, id),
  KEY idx_events_plan_unit_id (plan_unit_id, timestamp, id),
  KEY idx_events_level (level, timestamp, id),
  KEY idx_events_timestamp (timestamp, id),
  CONSTRAINT fk_events_run_id FOREIGN KEY (run_id)
    REFERENCES runs (id) ON DELETE CASCADE,
  CONSTRAINT fk_events_plan_unit_id FOREIGN KEY (plan_unit_id)
    REFERENCES plan_units (id) ON DELETE CASCADE,
  CONSTRAINT ck_events_level CHECK (level IN ('debug', 'info', 'warning', 'error'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE resource_state (
  id VARCHAR(255) NOT NULL,
  resource_type VARCHAR(255) NOT NULL,
  resource_name VARCHAR(255) NOT NULL,
  state LONGTEXT NOT NULL,
  hash VARCHAR(128) NOT NULL,
  last_run_id VARCHAR(255) NOT NULL,
  last_applied DATETIME(6) NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_resource_state PRIMARY KEY (id),
  CONSTRAINT uq_resource_state_resource_type_resource_name UNIQUE (resource_type, resource_name),
  KEY idx_resource_state_hash (hash),
  KEY idx_resource_state_last_run_id (last_run_id),
  KEY idx_resource_state_last_applied (last_applied, id),
  CONSTRAINT fk_resource_state_last_run_id FOREIGN KEY (last_run_id)
    REFERENCES runs (id) ON DELETE RESTRICT
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE facts (
  id VARCHAR(255) NOT NULL,
  target_id VARCHAR(255) NOT NULL,
  namespace VARCHAR(255) NOT NULL,
  `key` VARCHAR(255) NOT NULL,
  value LONGTEXT NOT NULL,
  ttl BIGINT NOT NULL DEFAULT 0,
  expires_at DATETIME(6),
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_facts PRIMARY KEY (id),
  CONSTRAINT uq_facts_target_id_namespace_key UNIQUE (target_id, namespace, `key`),
  KEY idx_facts_namespace (namespace),
  KEY idx_facts_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE audit (
  id BIGINT NOT NULL AUTO_INCREMENT,
  action VARCHAR(255) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  target_id VARCHAR(255),
  details LONGTEXT,
  ip_address VARCHAR(64),
  timestamp DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT pk_audit PRIMARY KEY (id),
  KEY idx_audit_action (action, timestamp, id),
  KEY idx_audit_actor (actor, timestamp, id),
  KEY idx_audit_target_id (target_id),
  KEY idx_audit_timestamp (timestamp, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
