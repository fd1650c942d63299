-- Children first.

DROP TABLE variable_snapshots;

DROP TABLE node_executions;

DROP TABLE executions;
