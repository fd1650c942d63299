-- What retention looks for, so that it deletes in batches without reading whole tables.

CREATE INDEX idx_tasks_completed_at ON tasks (completed_at);

CREATE INDEX idx_session_contexts_last_used ON session_contexts (last_used);

CREATE INDEX idx_thread_sessions_last_message_at ON thread_sessions (last_message_at);

-- Partial, so that no plan takes it for the unresolved letters, which have an index of their own.
CREATE INDEX idx_dead_letters_resolved_at ON dead_letters (resolved_at) WHERE resolved_at IS NOT NULL;
