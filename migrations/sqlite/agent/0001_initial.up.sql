-- Agent: tasks, approvals, sessions, dead letters, audit log and meta.
--
-- Times are milliseconds since 1970 in UTC, JSON is text that the library has checked. STRICT keeps the
-- column types, as the other engines do; the *_len checks stand for the length that VARCHAR(n) has
-- there. There are no foreign keys: an approval may come before its task, and outlive it.

CREATE TABLE tasks (
  id TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  command TEXT NOT NULL,
  params TEXT NOT NULL,
  caller_id TEXT NOT NULL DEFAULT '',
  response_channel TEXT,
  response_thread TEXT,
  result TEXT,
  error TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  completed_at INTEGER,
  CONSTRAINT pk_tasks PRIMARY KEY (id),
  CONSTRAINT ck_tasks_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_tasks_status_len CHECK (length(status) <= 32),
  CONSTRAINT ck_tasks_command_len CHECK (length(command) <= 255),
  CONSTRAINT ck_tasks_caller_id_len CHECK (length(caller_id) <= 255),
  CONSTRAINT ck_tasks_response_channel_len CHECK (length(response_channel) <= 255),
  CONSTRAINT ck_tasks_response_thread_len CHECK (length(response_thread) <= 255)
) STRICT;

CREATE INDEX idx_tasks_status ON tasks (status);

CREATE INDEX idx_tasks_created_at ON tasks (created_at);

CREATE TABLE pending_approvals (
  request_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  caller_id TEXT NOT NULL,
  permission TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT NOT NULL,
  channel_id TEXT,
  thread_ts TEXT,
  created_at INTEGER NOT NULL,
  CONSTRAINT pk_pending_approvals PRIMARY KEY (request_id),
  CONSTRAINT ck_pending_approvals_request_id_len CHECK (length(request_id) <= 255),
  CONSTRAINT ck_pending_approvals_task_id_len CHECK (length(task_id) <= 255),
  CONSTRAINT ck_pending_approvals_caller_id_len CHECK (length(caller_id) <= 255),
  CONSTRAINT ck_pending_approvals_permission_len CHECK (length(permission) <= 255),
  CONSTRAINT ck_pending_approvals_action_len CHECK (length(action) <= 255),
  CONSTRAINT ck_pending_approvals_channel_id_len CHECK (length(channel_id) <= 255),
  CONSTRAINT ck_pending_approvals_thread_ts_len CHECK (length(thread_ts) <= 64)
) STRICT;

CREATE INDEX idx_pending_approvals_created_at ON pending_approvals (created_at);

CREATE TABLE session_contexts (
  session_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  thread_ts TEXT NOT NULL,
  user_id TEXT,
  created_at INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  CONSTRAINT pk_session_contexts PRIMARY KEY (session_id),
  CONSTRAINT ck_session_contexts_session_id_len CHECK (length(session_id) <= 255),
  CONSTRAINT ck_session_contexts_channel_len CHECK (length(channel) <= 255),
  CONSTRAINT ck_session_contexts_thread_ts_len CHECK (length(thread_ts) <= 64),
  CONSTRAINT ck_session_contexts_user_id_len CHECK (length(user_id) <= 255)
) STRICT;

CREATE INDEX idx_session_contexts_channel_thread_ts ON session_contexts (channel, thread_ts);

CREATE TABLE thread_sessions (
  channel TEXT NOT NULL,
  thread_ts TEXT NOT NULL,
  session_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_message_at INTEGER NOT NULL,
  CONSTRAINT pk_thread_sessions PRIMARY KEY (channel, thread_ts),
  CONSTRAINT ck_thread_sessions_channel_len CHECK (length(channel) <= 255),
  CONSTRAINT ck_thread_sessions_thread_ts_len CHECK (length(thread_ts) <= 64),
  CONSTRAINT ck_thread_sessions_session_key_len CHECK (length(session_key) <= 255)
) STRICT;

CREATE TABLE dead_letters (
  id TEXT NOT NULL,
  target_channel TEXT NOT NULL,
  target_thread TEXT,
  message TEXT NOT NULL,
  error TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  retry_count INTEGER NOT NULL DEFAULT 0,
  next_retry_at INTEGER,
  resolved_at INTEGER,
  CONSTRAINT pk_dead_letters PRIMARY KEY (id),
  CONSTRAINT ck_dead_letters_id_len CHECK (length(id) <= 255),
  CONSTRAINT ck_dead_letters_target_channel_len CHECK (length(target_channel) <= 255),
  CONSTRAINT ck_dead_letters_target_thread_len CHECK (length(target_thread) <= 64)
) STRICT;

CREATE INDEX idx_dead_letters_next_retry_at ON dead_letters (next_retry_at) WHERE resolved_at IS NULL;

CREATE TABLE audit_log (
  id INTEGER NOT NULL CONSTRAINT pk_audit_log PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT,
  result TEXT NOT NULL,
  details TEXT,
  created_at INTEGER NOT NULL,
  CONSTRAINT ck_audit_log_user_id_len CHECK (length(user_id) <= 255),
  CONSTRAINT ck_audit_log_action_len CHECK (length(action) <= 255),
  CONSTRAINT ck_audit_log_result_len CHECK (length(result) <= 64)
) STRICT;

CREATE INDEX idx_audit_log_created_at ON audit_log (created_at);

CREATE TABLE meta (
  "key" TEXT NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT pk_meta PRIMARY KEY ("key"),
  CONSTRAINT ck_meta_key_len CHECK (length("key") <= 255)
) STRICT;

INSERT INTO meta ("key", value) VALUES ('schema_version', '1') ON CONFLICT DO NOTHING;
