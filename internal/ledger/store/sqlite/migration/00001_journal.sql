-- The journal as docs/journal-format.md, "Database" describes it. What is written stays: triggers refuse every change to what is part of the record.
-- Columns beside a record are copies to find it by; the verifier compares them with the record.

-- +goose Up
CREATE TABLE record (
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL, -- nanoseconds since 1970, UTC
  actor    TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  incident TEXT    NOT NULL,
  batch    INTEGER NOT NULL,
  raw      BLOB    NOT NULL, -- the leaf
  private  BLOB              -- the salted private part, NULL if there is none
) STRICT;

-- The hashes that entry seq completes: its leaf, then the roots of the subtrees that end with it, upwards; 32 bytes each.
CREATE TABLE node (
  seq    INTEGER PRIMARY KEY,
  hashes BLOB NOT NULL CHECK (length(hashes) >= 32 AND length(hashes) % 32 = 0)
) STRICT;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  note BLOB NOT NULL
) STRICT;

CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY,
  data   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Not part of the record, never exported: password hashes, seeds, the hub's key.
CREATE TABLE secret (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER record_update BEFORE UPDATE ON record BEGIN SELECT raise(ABORT, 'records are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_delete BEFORE DELETE ON record BEGIN SELECT raise(ABORT, 'records are never removed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER node_update BEFORE UPDATE ON node BEGIN SELECT raise(ABORT, 'nodes are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER node_delete BEFORE DELETE ON node BEGIN SELECT raise(ABORT, 'nodes are never removed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint BEGIN SELECT raise(ABORT, 'checkpoints are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint BEGIN SELECT raise(ABORT, 'checkpoints are never removed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER blob_update BEFORE UPDATE ON blob BEGIN SELECT raise(ABORT, 'blobs are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER blob_delete BEFORE DELETE ON blob BEGIN SELECT raise(ABORT, 'blobs are never removed'); END;
-- +goose StatementEnd
