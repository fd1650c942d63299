DROP TABLE meta;

DROP TABLE audit_log;

DROP TABLE dead_letters;

DROP TABLE thread_sessions;

DROP TABLE session_contexts;

DROP TABLE pending_approvals;

DROP TABLE tasks;
