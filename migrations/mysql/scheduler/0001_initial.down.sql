-- Children first.

DROP TABLE orchestrator_stats;

DROP TABLE scheduler_stats;

DROP TABLE constraint_violations;

DROP TABLE job_runs;

DROP TABLE job_actions;

DROP TABLE jobs;

DROP TABLE actions;

DROP TABLE constraints;
