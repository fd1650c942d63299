-- SPDX-License-Identifier: BSL-1.0
-- Rows that belong to nobody's story, for the story test: due, expired, stuck, old, or of the stories' day.
-- Times are as the library writes them. No list of columns where one of them is a reserved word.
INSERT INTO jobs (id, name, schedule) VALUES ('demolition', 'Mine', '* * * * *');
INSERT INTO job_runs (job_id, run_id, scheduled_at, status) VALUES
  ('demolition', 'demolition-1', '2020-01-01 00:00:00.000000', 'pending'),
  ('demolition', 'demolition-2', '2126-03-02 02:00:00.000000', 'pending');
INSERT INTO scheduler_stats (stats_period_id, start_time, end_time) VALUES
  ('demolition', '2126-03-02 01:00:00.000000', '2126-03-02 02:00:00.000000');

INSERT INTO runs (id, plan_path, status, started_at) VALUES
  ('demolition', '/plans/web', 'pending', '2126-03-02 09:00:00.000000');
INSERT INTO plan_units (id, run_id, resource_type, resource_name, action, status, desired_state) VALUES
  ('demolition', 'demolition', 'linux.package', 'nginx', 'create', 'pending', '{}');
INSERT INTO events (run_id, level, message) VALUES ('demolition', 'info', 'mine');
INSERT INTO resource_state (id, resource_type, resource_name, state, hash, last_run_id, last_applied) VALUES
  ('demolition', 'linux.package', 'nginx', '{}', '5f1c', 'demolition', '2126-03-02 10:00:00.000000');
INSERT INTO facts VALUES
  ('demolition-1', 'demolition', 'cpu', 'load', '1', 60, '2020-01-01 00:01:00.000000',
   '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000'),
  ('demolition-2', 'demolition', 'os', 'family', '1', 0, NULL,
   '2126-03-02 10:05:00.000000', '2126-03-02 10:05:00.000000');
INSERT INTO audit (action, actor, target_id) VALUES ('run.created', 'demolition', 'demo-run-1');

INSERT INTO executions (id, workflow_id, workflow_version, status, started_at, completed_at) VALUES
  ('demolition-1', 'demolition', '1', 'completed', '2020-01-01 00:00:00.000000', '2020-01-01 00:01:00.000000'),
  ('demolition-2', 'demolition', '1', 'failed', '2126-03-02 08:00:00.000000', '2126-03-02 08:01:00.000000');
INSERT INTO node_executions (id, execution_id, node_id, node_type, status, started_at) VALUES
  ('demolition', 'demolition-1', 'fetch', 'mcp_tool', 'completed', '2020-01-01 00:00:00.000000');
INSERT INTO variable_snapshots (execution_id, variable_name, timestamp) VALUES
  ('demolition-1', 'rows', '2020-01-01 00:00:00.000000');

INSERT INTO tasks (id, status, command, params, caller_id, created_at, updated_at) VALUES
  ('demolition-1', 'pending', 'report', '{}', 'demolition', 1, 1),
  ('demolition-2', 'running', 'report', '{}', 'demolition', 1, 1),
  ('demolition-3', 'pending', 'report', '{}', 'demolition', 4928121000000, 4928121000000);
INSERT INTO tasks (id, status, command, params, claimed_by, lease_until, fence, created_at, updated_at) VALUES
  ('demolition-4', 'running', 'report', '{}', 'demolition', 1, 1, 1, 1);
INSERT INTO tasks (id, status, command, params, created_at, updated_at, completed_at) VALUES
  ('demolition-5', 'completed', 'report', '{}', 1, 1, 1);
INSERT INTO pending_approvals (request_id, task_id, caller_id, permission, action, resource, created_at) VALUES
  ('demolition', 'demo-deploy', 'demolition', 'deploy', 'deploy', '', 1);
INSERT INTO session_contexts (session_id, channel, thread_ts, created_at, last_used) VALUES
  ('demolition', 'ops', '4928119200.000100', 1, 1);
INSERT INTO thread_sessions (channel, thread_ts, session_key, created_at, last_message_at) VALUES
  ('ops', '4928119200.000100', 'demolition', 1, 1);
INSERT INTO dead_letters (id, target_channel, message, error, created_at, next_retry_at) VALUES
  ('demolition', 'ops', 'mine', 'rate limited', 1, 1);
INSERT INTO audit_log (user_id, action, result, created_at) VALUES ('demolition', 'deploy', 'asked', 4928121000000);

INSERT INTO instances (name, backend_type, backend_config_json, created_at, updated_at, owner_user_id) VALUES
  ('demolition', 'llama_cpp', '{}', 1, 1, 'demo-alice');
INSERT INTO api_keys (key_hash, name, user_id, created_at, updated_at) VALUES
  ('demo-hash-1', 'demo-ci', 'demolition', 1, 4928121000);
INSERT INTO key_permissions (key_id, instance_id)
  SELECT api_keys.id, instances.id FROM api_keys, instances;
