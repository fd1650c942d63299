-- Agent: tasks, approvals, sessions, dead letters, audit log and meta.
--
-- Times are milliseconds since 1970 in UTC, JSON is text that the library has checked. There are no
-- foreign keys: an approval may come before its task, and outlive it. Indexes are written inside their
-- table, so that each step of this file is one whole table.

CREATE TABLE tasks (
  id VARCHAR(255) NOT NULL,
  status VARCHAR(32) NOT NULL DEFAULT 'pending',
  command VARCHAR(255) NOT NULL,
  params LONGTEXT NOT NULL,
  caller_id VARCHAR(255) NOT NULL DEFAULT '',
  response_channel VARCHAR(255),
  response_thread VARCHAR(255),
  result LONGTEXT,
  error LONGTEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  completed_at BIGINT,
  CONSTRAINT pk_tasks PRIMARY KEY (id),
  KEY idx_tasks_status (status),
  KEY idx_tasks_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE pending_approvals (
  request_id VARCHAR(255) NOT NULL,
  task_id VARCHAR(255) NOT NULL,
  caller_id VARCHAR(255) NOT NULL,
  permission VARCHAR(255) NOT NULL,
  action VARCHAR(255) NOT NULL,
  resource LONGTEXT NOT NULL,
  channel_id VARCHAR(255),
  thread_ts VARCHAR(64),
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_pending_approvals PRIMARY KEY (request_id),
  KEY idx_pending_approvals_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE session_contexts (
  session_id VARCHAR(255) NOT NULL,
  channel VARCHAR(255) NOT NULL,
  thread_ts VARCHAR(64) NOT NULL,
  user_id VARCHAR(255),
  created_at BIGINT NOT NULL,
  last_used BIGINT NOT NULL,
  CONSTRAINT pk_session_contexts PRIMARY KEY (session_id),
  KEY idx_session_contexts_channel_thread_ts (channel, thread_ts)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE thread_sessions (
  channel VARCHAR(255) NOT NULL,
  thread_ts VARCHAR(64) NOT NULL,
  session_key VARCHAR(255) NOT NULL,
  created_at BIGINT NOT NULL,
  last_message_at BIGINT NOT NULL,
  CONSTRAINT pk_thread_sessions PRIMARY KEY (channel, thread_ts)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- MySQL has no partial index: the unresolved ones stand together in this one.
CREATE TABLE dead_letters (
  id VARCHAR(255) NOT NULL,
  target_channel VARCHAR(255) NOT NULL,
  target_thread VARCHAR(64),
  message LONGTEXT NOT NULL,
  error LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  retry_count INT NOT NULL DEFAULT 0,
  next_retry_at BIGINT,
  resolved_at BIGINT,
  CONSTRAINT pk_dead_letters PRIMARY KEY (id),
  KEY idx_dead_letters_next_retry_at (resolved_at, next_retry_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE audit_log (
  id BIGINT NOT NULL AUTO_INCREMENT,
  user_id VARCHAR(255) NOT NULL,
  action VARCHAR(255) NOT NULL,
  resource LONGTEXT,
  result VARCHAR(64) NOT NULL,
  details LONGTEXT,
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_audit_log PRIMARY KEY (id),
  KEY idx_audit_log_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE meta (
  `key` VARCHAR(255) NOT NULL,
  value LONGTEXT NOT NULL,
  CONSTRAINT pk_meta PRIMARY KEY (`key`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO meta (`key`, value) VALUES ('schema_version', '1') ON DUPLICATE KEY UPDATE value = value;
