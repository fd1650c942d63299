-- What retention looks for, so that it deletes in batches without reading whole tables. Resolved dead
-- letters are found by idx_dead_letters_next_retry_at, which begins with resolved_at here.

ALTER TABLE tasks ADD KEY idx_tasks_completed_at (completed_at);

ALTER TABLE session_contexts ADD KEY idx_session_contexts_last_used (last_used);

ALTER TABLE thread_sessions ADD KEY idx_thread_sessions_last_message_at (last_message_at);
