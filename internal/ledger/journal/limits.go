package journal

import "time"

const (
	// MaxRecord bounds one record in bytes: the largest act names 4,096 cells of at most 130 bytes each, about half of this.
	MaxRecord = 1 << 20
	// MaxPrivate bounds the private part of an entry in bytes, salt included: a long protocol of a phone call, not a document; those are blobs.
	MaxPrivate = 1 << 20
	// MaxBlob bounds a blob in bytes: a catalogue bundle of 100,000 cells is a tenth of it. Larger evidence stays where it is and is named by its hash.
	MaxBlob = 32 << 20
	// MaxGroup bounds the entries of one Append, so that one transaction and its rows stay small in memory.
	MaxGroup = 4096
	// MaxField bounds actor, kind, incident and cause in bytes: references hold two ids of at most 63 bytes and a prefix.
	MaxField = 256
	// MaxNote bounds a checkpoint in bytes; one signature makes about 250, a dozen witnesses would make 2 KiB.
	MaxNote = 16 << 10
	// PageRows and PageBytes bound what one read of a store takes into memory; a page holds at least one row.
	PageRows  = 512
	PageBytes = 4 << 20
	// CheckpointEntries and CheckpointEvery say when a checkpoint is due: what stands after the last one is vouched for by nobody.
	CheckpointEntries = 1000
	CheckpointEvery   = 60 * time.Second
)

const (
	// aheadPages bounds the pages that are read before anybody takes them: enough that reader, parsers and taker seldom wait for each other, at most
	// a few times PageBytes in memory.
	aheadPages = 3
	// hashBytes is the length of a SHA-256.
	hashBytes = 32
	// saltBytes is the random salt of a private part: 128 bits, so that nobody finds a name again by hashing a phone book.
	saltBytes = 16
	// overhead is how many bytes of a record stand around its body at most, and around a private part: four fields of MaxField, all of them escaped, and numbers.
	overhead = 8 << 10
	// minYear and maxYear bound every time: the columns beside the record hold nanoseconds since 1970 in 64 bits, which end in 2262.
	minYear = 1970
	maxYear = 2200
	// maxSize bounds the number of entries so that the index mathematics of the tree cannot overflow.
	maxSize = 1 << 40
)
