-- Children first.

ALTER TABLE scheduler_stats
  DROP KEY idx_scheduler_stats_end_time,
  DROP KEY idx_scheduler_stats_start_time;

DROP TABLE webhook_handler_stats;

DROP TABLE webhook_deliveries;

DROP TABLE stats_collector_stats;

DROP TABLE syncer_stats;

DROP TABLE action_runs;

DROP TABLE constraint_types;

DROP TABLE action_types;
