-- API keys, of which only a salted hash is stored, and the instances that each may use. Times are Unix
-- seconds.

CREATE TABLE api_keys (
  id BIGINT NOT NULL AUTO_INCREMENT,
  key_hash VARCHAR(255) NOT NULL,
  name VARCHAR(100) NOT NULL,
  user_id VARCHAR(255) NOT NULL,
  permission_mode VARCHAR(32) NOT NULL DEFAULT 'per_instance',
  expires_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  last_used_at BIGINT,
  CONSTRAINT pk_api_keys PRIMARY KEY (id),
  KEY idx_api_keys_user_id (user_id),
  KEY idx_api_keys_expires_at (expires_at),
  CONSTRAINT ck_api_keys_permission_mode CHECK (permission_mode IN ('allow_all', 'per_instance'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE key_permissions (
  key_id BIGINT NOT NULL,
  instance_id BIGINT NOT NULL,
  CONSTRAINT pk_key_permissions PRIMARY KEY (key_id, instance_id),
  KEY idx_key_permissions_instance_id (instance_id),
  CONSTRAINT fk_key_permissions_key_id FOREIGN KEY (key_id)
    REFERENCES api_keys (id) ON DELETE CASCADE,
  CONSTRAINT fk_key_permissions_instance_id FOREIGN KEY (instance_id)
    REFERENCES instances (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
