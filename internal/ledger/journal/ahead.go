package journal

import (
	"iter"
	"sync"
)

// ahead applies f to what a sequence gives, in goroutines of its own that run ahead of whoever takes the results, and gives the results in order.
// So a store is read, its records are parsed and hashed, and what needs their order is done, all at the same time; no more than aheadPages and
// a few are in memory at once. An error of the sequence comes in its place and is the last. When the taker stops, everything has stopped.
func ahead[A, B any](in iter.Seq2[A, error], f func(A) B) iter.Seq2[B, error] {
	type result struct {
		value B
		err   error
	}
	return func(yield func(B, error) bool) {
		var owned sync.WaitGroup
		stop, queue := make(chan struct{}), make(chan chan result, aheadPages)
		defer owned.Wait()
		defer close(stop)
		owned.Go(func() {
			defer close(queue)
			for a, err := range in {
				slot := make(chan result, 1)
				select {
				case queue <- slot:
				case <-stop:
					return
				}
				if err != nil {
					slot <- result{err: err}
					return
				}
				owned.Go(func() { slot <- result{value: f(a)} })
			}
		})
		for slot := range queue {
			if r := <-slot; !yield(r.value, r.err) || r.err != nil {
				return
			}
		}
	}
}

// inTurn is ahead without the goroutines: for work that is to leave the other core alone.
func inTurn[A, B any](in iter.Seq2[A, error], f func(A) B) iter.Seq2[B, error] {
	return func(yield func(B, error) bool) {
		for a, err := range in {
			var b B
			if err == nil {
				b = f(a)
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// together gathers items into pages within PageRows and about PageBytes; an error comes after the page that it cuts short.
func together(items iter.Seq2[item, error]) iter.Seq2[[]item, error] {
	return func(yield func([]item, error) bool) {
		var page []item
		size := 0
		for i, err := range items {
			if err != nil {
				_ = (len(page) == 0 || yield(page, nil)) && yield(nil, err)
				return
			}
			page = append(page, i)
			if size += i.size(); len(page) < PageRows && size < PageBytes {
				continue
			}
			if !yield(page, nil) {
				return
			}
			page, size = nil, 0
		}
		if len(page) > 0 {
			yield(page, nil)
		}
	}
}
