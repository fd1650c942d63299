-- Instances: models that are served, and how.
--
-- Times are Unix seconds, restart_delay is in seconds, idle_timeout in minutes, max_restarts -1 means no
-- limit, JSON is text that the library has checked. Indexes are written inside their table, so that each
-- step of this file is one whole table.

CREATE TABLE instances (
  id BIGINT NOT NULL AUTO_INCREMENT,
  name VARCHAR(50) NOT NULL,
  backend_type VARCHAR(32) NOT NULL,
  backend_config_json LONGTEXT NOT NULL,
  status VARCHAR(32) NOT NULL DEFAULT 'stopped',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  auto_restart TINYINT(1) NOT NULL DEFAULT 0,
  max_restarts INT NOT NULL DEFAULT -1,
  restart_delay INT NOT NULL DEFAULT 0,
  on_demand_start TINYINT(1) NOT NULL DEFAULT 0,
  idle_timeout INT NOT NULL DEFAULT 0,
  docker_enabled TINYINT(1) NOT NULL DEFAULT 0,
  command_override LONGTEXT,
  nodes LONGTEXT,
  environment LONGTEXT,
  owner_user_id VARCHAR(255),
  CONSTRAINT pk_instances PRIMARY KEY (id),
  UNIQUE KEY idx_instances_name (name),
  KEY idx_instances_status (status),
  KEY idx_instances_backend_type (backend_type),
  CONSTRAINT ck_instances_backend_type CHECK (backend_type IN ('llama_cpp', 'mlx_lm', 'vllm')),
  CONSTRAINT ck_instances_status
    CHECK (status IN ('stopped', 'running', 'failed', 'restarting', 'shutting_down'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
