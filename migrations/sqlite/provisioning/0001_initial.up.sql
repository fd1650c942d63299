-- Provisioning: runs, plan units, events, resource state, facts and audit.
--
-- Times are TEXT 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC, ttl is in seconds, JSON is text that the library
-- has checked. STRICT keeps the column types, as the other engines do; the *_len checks stand for the
-- length that VARCHAR(n) has there. Indexes that end with a time and the key give pages of a list in
-- their order.

CREATE TABLE runs (
  id TEXT NOT NULL,
  plan_path TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at TEXT NOT NULL,
  completed_at TEXT,
  error TEXT,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_runs PRIMARY KEY (id),
  CONSTRAINT ck_runs_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_runs_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_runs_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
) STRICT;

CREATE INDEX idx_runs_status ON runs (status);

CREATE INDEX idx_runs_started_at ON runs (started_at, id);

CREATE INDEX idx_runs_created_at ON runs (created_at);

-- For UPDATEs that do not set updated_at themselves; the library's do. It never moves back.
CREATE TRIGGER trg_runs_updated_at AFTER UPDATE ON runs FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE runs SET updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
  WHERE id = NEW.id AND updated_at < strftime('%Y-%m-%d %H:%M:%f000', 'now');
END;

CREATE TABLE plan_units (
  id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_name TEXT NOT NULL,
  action TEXT NOT NULL,
  status TEXT NOT NULL,
  dependencies TEXT NOT NULL DEFAULT '[]',
  desired_state TEXT NOT NULL,
  actual_state TEXT,
  diff TEXT,
  started_at TEXT,
  completed_at TEXT,
  error TEXT,
  retries INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_plan_units PRIMARY KEY (id),
  CONSTRAINT fk_plan_units_run_id FOREIGN KEY (run_id)
    REFERENCES runs (id) ON DELETE CASCADE,
  CONSTRAINT ck_plan_units_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_plan_units_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_plan_units_resource_type_len CHECK (length(resource_type) <= 255),
  CONSTRAINT ck_plan_units_resource_name_len CHECK (length(resource_name) <= 255),
  CONSTRAINT ck_plan_units_action_len CHECK (length(action) <= 32),
  CONSTRAINT ck_plan_units_action CHECK (action IN ('create', 'update', 'delete', 'read')),
  CONSTRAINT ck_plan_units_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_plan_units_status
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'skipped'))
) STRICT;

CREATE INDEX idx_plan_units_run_id ON plan_units (run_id, created_at, id);

CREATE INDEX idx_plan_units_status ON plan_units (status);

CREATE INDEX idx_plan_units_resource_type_resource_name
  ON plan_units (resource_type, resource_name);

CREATE TRIGGER trg_plan_units_updated_at AFTER UPDATE ON plan_units FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE plan_units SET updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
  WHERE id = NEW.id AND updated_at < strftime('%Y-%m-%d %H:%M:%f000', 'now');
END;

CREATE TABLE events (
  id INTEGER NOT NULL CONSTRAINT pk_events PRIMARY KEY AUTOINCREMENT,
  run_id TEXT,
  plan_unit_id TEXT,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  details TEXT,
  timestamp TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT fk_events_run_id FOREIGN KEY (run_id)
    REFERENCES runs (id) ON DELETE CASCADE,
  CONSTRAINT fk_events_plan_unit_id FOREIGN KEY (plan_unit_id)
    REFERENCES plan_units (id) ON DELETE CASCADE,
  CONSTRAINT ck_events_run_id_len CHECK (length(run_id) <= 255),
  CONSTRAINT ck_events_plan_unit_id_len CHECK (length(plan_unit_id) <= 255),
  CONSTRAINT ck_events_level_len CHECK (length(level) <= 16),
  CONSTRAINT ck_events_level CHECK (level IN ('debug', 'info', 'warning', 'error'))
) STRICT;

CREATE INDEX idx_events_run_id ON events (run_id, timestamp, id);

CREATE INDEX idx_events_plan_unit_id ON events (plan_unit_id, timestamp, id);

CREATE INDEX idx_events_level ON events (level, timestamp, id);

CREATE INDEX idx_events_timestamp ON events (timestamp, id);

CREATE TABLE resource_state (
  id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_name TEXT NOT NULL,
  state TEXT NOT NULL,
  hash TEXT NOT NULL,
  last_run_id TEXT NOT NULL,
  last_applied TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_resource_state PRIMARY KEY (id),
  CONSTRAINT uq_resource_state_resource_type_resource_name UNIQUE (resource_type, resource_name),
  CONSTRAINT fk_resource_state_last_run_id FOREIGN KEY (last_run_id)
    REFERENCES runs (id) ON DELETE RESTRICT,
  CONSTRAINT ck_resource_state_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_resource_state_resource_type_len CHECK (length(resource_type) <= 255),
  CONSTRAINT ck_resource_state_resource_name_len CHECK (length(resource_name) <= 255),
  CONSTRAINT ck_resource_state_hash_len CHECK (length(hash) <= 128),
  CONSTRAINT ck_resource_state_last_run_id_len CHECK (length(last_run_id) <= 255)
) STRICT;

CREATE INDEX idx_resource_state_hash ON resource_state (hash);

CREATE INDEX idx_resource_state_last_run_id ON resource_state (last_run_id);

CREATE INDEX idx_resource_state_last_applied ON resource_state (last_applied, id);

CREATE TRIGGER trg_resource_state_updated_at AFTER UPDATE ON resource_state FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE resource_state SET updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
  WHERE id = NEW.id AND updated_at < strftime('%Y-%m-%d %H:%M:%f000', 'now');
END;

CREATE TABLE facts (
  id TEXT NOT NULL,
  target_id TEXT NOT NULL,
  namespace TEXT NOT NULL,
  "key" TEXT NOT NULL,
  value TEXT NOT NULL,
  ttl INTEGER NOT NULL DEFAULT 0,
  expires_at TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT pk_facts PRIMARY KEY (id),
  CONSTRAINT uq_facts_target_id_namespace_key UNIQUE (target_id, namespace, "key"),
  CONSTRAINT ck_facts_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_facts_target_id_len CHECK (length(target_id) <= 255),
  CONSTRAINT ck_facts_namespace_len CHECK (length(namespace) <= 255),
  CONSTRAINT ck_facts_key_len CHECK (length("key") <= 255)
) STRICT;

CREATE INDEX idx_facts_namespace ON facts (namespace);

CREATE INDEX idx_facts_expires_at ON facts (expires_at);

CREATE TRIGGER trg_facts_updated_at AFTER UPDATE ON facts FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE facts SET updated_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
  WHERE id = NEW.id AND updated_at < strftime('%Y-%m-%d %H:%M:%f000', 'now');
END;

CREATE TABLE audit (
  id INTEGER NOT NULL CONSTRAINT pk_audit PRIMARY KEY AUTOINCREMENT,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  target_id TEXT,
  details TEXT,
  ip_address TEXT,
  timestamp TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  CONSTRAINT ck_audit_action_len CHECK (length(action) <= 255),
  CONSTRAINT ck_audit_actor_len CHECK (length(actor) <= 255),
  CONSTRAINT ck_audit_target_id_len CHECK (length(target_id) <= 255),
  CONSTRAINT ck_audit_ip_address_len CHECK (length(ip_address) <= 64)
) STRICT;

CREATE INDEX idx_audit_action ON audit (action, timestamp, id);

CREATE INDEX idx_audit_actor ON audit (actor, timestamp, id);

CREATE INDEX idx_audit_target_id ON audit (target_id);

CREATE INDEX idx_audit_timestamp ON audit (timestamp, id);
