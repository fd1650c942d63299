DROP INDEX idx_dead_letters_resolved_at;

DROP INDEX idx_thread_sessions_last_message_at;

DROP INDEX idx_session_contexts_last_used;

DROP INDEX idx_tasks_completed_at;
