DROP TABLE lockstep_maintenance;
