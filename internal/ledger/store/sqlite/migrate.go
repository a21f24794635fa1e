package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // goose speaks database/sql
	"github.com/pressly/goose/v3"

	"blackstart/internal/fault"
)

// migrations are the steps of the schema; a released step is never changed, only followed by another.
//
//go:embed migration/*.sql
var migrations embed.FS

// schemaVersion is the version that the migrations lead to.
const schemaVersion = 2

// migrate brings the schema of the file up to this program's, and refuses one that is ahead of it: an older program must not write what it does not understand.
func migrate(ctx context.Context, path string) (err error) {
	defer unreadableSchema(&err)
	failed := func(err error) error {
		return fault.New(fault.Unavailable, "store.migrate", "could not prepare %s: %w", path, err)
	}
	steps, err := fs.Sub(migrations, "migration")
	if err != nil {
		return failed(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return failed(err)
	}
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectSQLite3, db, steps, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return failed(err)
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return failed(err)
	}
	if version > schemaVersion {
		return newer(path, version)
	}
	if _, err := p.Up(ctx); err != nil {
		return failed(err)
	}
	return nil
}

func newer(path string, version int64) error {
	return fault.New(fault.Conflict, "store.newer", "could not open %s: its schema has version %d, this program knows %d", path, version, schemaVersion).
		Hinted("use the program that wrote it, or a newer one")
}

// checkVersion makes sure that a file opened for reading is a journal of a version that this program reads.
func checkVersion(r *reader) error {
	stmt, err := compile(r.conn, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`, 0)
	if errors.Is(err, sqlite3.ERROR) { // no such table
		return fault.New(fault.Unavailable, "store.file", "could not open %s: it is a database, but no journal", r.path)
	}
	if err != nil {
		return err
	}
	defer stmt.Close()
	if !stmt.Step() {
		return stmt.Err()
	}
	switch version := stmt.ColumnInt64(0); {
	case version > schemaVersion:
		return newer(r.path, version)
	case version < schemaVersion:
		return fault.New(fault.Conflict, "store.older", "could not open %s: its schema has version %d, this program reads %d", r.path, version, schemaVersion).
			Hinted("start the hub on it once, which brings it up to date")
	}
	return nil
}
