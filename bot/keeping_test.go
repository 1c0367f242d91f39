package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// storeHolds is "holds 2": so many pictures lie in the photo store, each nothing but itself, and nothing beside them, once the sweeper has passed. Its
// passes come a minute apart, and a replica that was killed at it keeps the other from it for ten seconds.
func (p *play) storeHolds(w []string) error {
	if len(w) != 2 {
		return fmt.Errorf("want: store holds 2")
	}
	want, err := strconv.Atoi(w[1])
	if err != nil {
		return err
	}
	limit, got := time.Now().Add(2*p.patient), 0
	for time.Now().Before(limit) {
		if err := p.settle(); err != nil {
			return err
		}
		if got, err = p.pictures(); err != nil {
			return err
		}
		if got == want {
			return p.barePictures()
		}
		p.move(sweeps)
	}
	return fmt.Errorf("the photo store holds %d", got)
}

// sweeps is longer than the sweeper waits between two passes.
const sweeps = 61 * time.Second

// pictures counts what lies in the photo store.
func (p *play) pictures() (int, error) {
	entries, err := os.ReadDir(filepath.Join(p.dir, "photos"))
	return len(entries), err
}
