-- +goose Up
CREATE TABLE notes (text TEXT NOT NULL);
-- +goose Down
DROP TABLE notes;
