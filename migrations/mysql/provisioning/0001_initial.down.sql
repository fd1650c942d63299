-- Children first.

DROP TABLE audit;

DROP TABLE facts;

DROP TABLE resource_state;

DROP TABLE events;

DROP TABLE plan_units;

DROP TABLE runs;
