CREATE TABLE items (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT pk_items PRIMARY KEY (id),
  CONSTRAINT ck_items_name CHECK (length(name) <= 64)
) STRICT;
