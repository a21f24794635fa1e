package backup

import (
	"time"

	"blackstart/internal/ledger/journal"
)

const (
	// Every is how far apart two segments of one target are at least. The promise is that at most the last five seconds are lost; two of
	// them are for a slow stick.
	Every = 3 * time.Second
	// MaxEntries bounds the entries of one segment: so many are written at once without waiting for [Every], and so many stand in one file in the end.
	MaxEntries = 1000
	// headEvery is how often the head is written although nothing is new: from its age a person sees when the old hub was last alive.
	headEvery = 30 * time.Second
	// look is how often a target looks whether something is due.
	look = 250 * time.Millisecond
	// lastRound bounds what is written on the way out: a stop that takes longer is taken for a hang.
	lastRound = 5 * time.Second
	// LagShown is from when on a target that is behind is shown: one slow write of a stick is no news.
	LagShown = 15 * time.Second

	// maxFiles bounds the names read from a directory: a hundred million entries in full segments, and their blobs.
	maxFiles = 200_000
	// maxSegment bounds the file of a segment: no more than its entries with their private parts could take uncompressed.
	maxSegment = MaxEntries*(journal.MaxRecord+journal.MaxPrivate) + 1<<20
	// maxBlobFile bounds the file of a blob: age adds 16 bytes to every 64 KiB, and a header with a line or three per recipient.
	maxBlobFile = journal.MaxBlob + 1<<20
	// maxSmall bounds head and claim, which hold two keys, a few addresses and a checkpoint.
	maxSmall = 64 << 10
	// maxSecrets bounds the credentials in bytes: ten thousand people with several passkeys each.
	maxSecrets = 32 << 20
	// maxAddresses bounds the addresses of a hub that stand in its head: those of one machine.
	maxAddresses = 16
	// MaxRecipients bounds for how many people every segment is encrypted: each costs a key agreement per segment and 100 bytes.
	MaxRecipients = 20
	// tokenBytes is the length of the token by which a takeover proves that it could read the copy.
	tokenBytes = 32
	// keepSecrets is how many files of credentials stay in a target: the one in force, and the one before it in case that is torn.
	keepSecrets = 2
)
