-- API keys, of which only a salted hash is stored, and the instances that each may use. Times are Unix
-- seconds.

CREATE TABLE api_keys (
  id INTEGER CONSTRAINT pk_api_keys PRIMARY KEY AUTOINCREMENT,
  key_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  user_id TEXT NOT NULL,
  permission_mode TEXT NOT NULL DEFAULT 'per_instance',
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_used_at INTEGER,
  CONSTRAINT ck_api_keys_key_hash_len CHECK (length(key_hash) <= 255),
  CONSTRAINT ck_api_keys_name_len CHECK (length(name) <= 100),
  CONSTRAINT ck_api_keys_user_id_len CHECK (length(user_id) <= 255),
  CONSTRAINT ck_api_keys_permission_mode_len CHECK (length(permission_mode) <= 32),
  CONSTRAINT ck_api_keys_permission_mode CHECK (permission_mode IN ('allow_all', 'per_instance'))
) STRICT;

CREATE INDEX idx_api_keys_user_id ON api_keys (user_id);

CREATE INDEX idx_api_keys_expires_at ON api_keys (expires_at);

CREATE TABLE key_permissions (
  key_id INTEGER NOT NULL,
  instance_id INTEGER NOT NULL,
  CONSTRAINT pk_key_permissions PRIMARY KEY (key_id, instance_id),
  CONSTRAINT fk_key_permissions_key_id FOREIGN KEY (key_id)
    REFERENCES api_keys (id) ON DELETE CASCADE,
  CONSTRAINT fk_key_permissions_instance_id FOREIGN KEY (instance_id)
    REFERENCES instances (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX idx_key_permissions_instance_id ON key_permissions (instance_id);
