package sqlite

import "github.com/ncruces/go-sqlite3"

// binder sets the parameters of a statement from left to right, and keeps the first error.
type binder struct {
	stmt *sqlite3.Stmt
	n    int
	err  error
}

func (b *binder) set(err error) *binder {
	if b.err == nil {
		b.err = err
	}
	return b
}

func (b *binder) int(v int64) *binder   { b.n++; return b.set(b.stmt.BindInt64(b.n, v)) }
func (b *binder) text(v string) *binder { b.n++; return b.set(b.stmt.BindText(b.n, v)) }

// bytes binds a blob, which may be empty.
func (b *binder) bytes(v []byte) *binder { b.n++; return b.set(b.stmt.BindBlob(b.n, v)) }

// blob binds a blob, or NULL for nil.
func (b *binder) blob(v []byte) *binder {
	if v == nil {
		b.n++
		return b.set(b.stmt.BindNull(b.n))
	}
	return b.bytes(v)
}

func (b *binder) exec() error {
	if b.err != nil {
		return b.err
	}
	return b.stmt.Exec()
}

// column runs the statement and collects what get reads of each row.
func column[T any](b *binder, get func(*sqlite3.Stmt) T) ([]T, error) {
	if b.err != nil {
		return nil, b.err
	}
	var all []T
	for b.stmt.Step() {
		all = append(all, get(b.stmt))
	}
	err := b.stmt.Err()
	if reset := b.stmt.Reset(); err == nil {
		err = reset
	}
	return all, err
}

// number runs a statement that gives one number.
func number(stmt *sqlite3.Stmt) (uint64, error) {
	n, err := column(&binder{stmt: stmt}, func(s *sqlite3.Stmt) uint64 { return uint64(s.ColumnInt64(0)) })
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}
