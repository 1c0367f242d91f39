package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"guiwei/storage"
	"guiwei/storage/storagetest"
)

// fillDisk makes every write fail that would take a file of this process beyond limit bytes; "" lifts that.
func fillDisk(w http.ResponseWriter, r *http.Request) {
	signal.Ignore(syscall.SIGXFSZ)
	var now syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now)
	if limit := r.FormValue("limit"); err == nil && limit != "" {
		now.Cur, err = strconv.ParseUint(limit, 10, 64)
	} else {
		now.Cur = now.Max
	}
	if err == nil {
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// disk fills a bot's disk up to so many bytes of a file, or makes room again.
func (c *child) disk(tb testing.TB, limit string) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPut, c.url+"/disk?limit="+limit, nil)
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		tb.Fatalf("fill the disk: %v, %v", resp, err)
	}
}

// fetched waits until a file was asked for so often.
func (g *gallery) fetched(ctx context.Context, id string, times int) error {
	for ctx.Err() == nil {
		g.mu.Lock()
		n := g.asked[id]
		g.mu.Unlock()
		if n >= times {
			return nil
		}
		_ = wall{}.Sleep(ctx, 5*time.Millisecond)
	}
	return fmt.Errorf("%s was not asked for %d times", id, times)
}

// Rows: F18 P16
//
// TestAPictureThatTheDiskHasNoRoomForIsKeptOnceItHas fills the disk at each quarter of a picture's write, in a bot's own process:
// nothing half is left, nothing is counted, and once there is room the same picture is answered, not sent again by anybody.
func TestAPictureThatTheDiskHasNoRoomForIsKeptOnceItHas(t *testing.T) {
	t.Parallel()
	dir, v := keys(t)
	node, g := storagetest.Own(t), newGallery(t, rush{}, v)
	store, err := storage.Open(t.Context(), storage.Options{URL: node.URL, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	bot := begin(t, stall{Bot: "ours", API: g.api.URL, Redis: node.URL, Dir: dir})
	g.hook = bot.url + "/hook"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for quarter := range 4 {
		chat := g.student(t, store, quarter)
		bot.disk(t, strconv.Itoa(quarter*len(g.files["front.jpg"])/4))
		if _, err := g.post(ctx, g.picture(chat, "front.jpg")); err != nil {
			t.Fatal(err)
		}
		if err := g.fetched(ctx, fmt.Sprintf("front.jpg~%d", g.update.Load()), 2); err != nil {
			t.Fatal(err) // tried once more, because it failed
		}
		if kept := lying(t, dir); kept != quarter {
			t.Errorf("full after %d quarters: %d files", quarter, kept)
		}
		bot.disk(t, "")
		select {
		case <-g.heard[chat]:
		case <-ctx.Done():
			t.Fatalf("full after %d quarters: never answered", quarter)
		}
	}
	if kept := lying(t, dir); kept != 4 {
		t.Errorf("%d pictures kept of 4", kept)
	}
	counted, err := dial(t, node.URL).Keys(ctx, "*quota*").Result()
	if err != nil || len(counted) != 0 {
		t.Errorf("counted %v, %v", counted, err)
	}
}

// lying counts the pictures in a bot's photo store; one that is being written has a name with a dot.
func lying(tb testing.TB, dir string) int {
	tb.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "photos"))
	if err != nil {
		tb.Fatal(err)
	}
	return len(slices.DeleteFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") }))
}
