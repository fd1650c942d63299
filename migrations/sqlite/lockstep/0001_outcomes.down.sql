DROP TABLE lockstep_outcomes;
