-- Children first.

DROP TABLE key_permissions;

DROP TABLE api_keys;
