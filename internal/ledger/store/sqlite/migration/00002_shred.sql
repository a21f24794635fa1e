-- A private part may go, once, from what it was to nothing; that is shredding. Nothing else of a record may change.

-- +goose Up
DROP TRIGGER record_update;
-- +goose StatementBegin
CREATE TRIGGER record_update BEFORE UPDATE ON record
WHEN NOT (new.private IS NULL AND old.private IS NOT NULL
  AND new.seq = old.seq AND new.at = old.at AND new.actor = old.actor AND new.kind = old.kind
  AND new.incident = old.incident AND new.batch = old.batch AND new.raw = old.raw)
BEGIN SELECT raise(ABORT, 'records are never changed'); END;
-- +goose StatementEnd
