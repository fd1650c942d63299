ALTER TABLE thread_sessions DROP KEY idx_thread_sessions_last_message_at;

ALTER TABLE session_contexts DROP KEY idx_session_contexts_last_used;

ALTER TABLE tasks DROP KEY idx_tasks_completed_at;
