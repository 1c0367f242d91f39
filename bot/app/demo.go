package app

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/alicebob/miniredis/v2"

	"guiwei/bot/config"
	"guiwei/bot/sim"
	"guiwei/storage/vault"
)

//go:embed demo/*.jpg
var demoPhotos embed.FS

// demoToken is what the simulated Telegram takes; it opens nothing else.
const demoToken = "1000001:demo-token-of-the-simulator-only"

// Demo plays the bot against a simulated Telegram, on one page. Everything lives in this process and in a folder that
// is gone afterwards: one replica, no persistence.
func Demo(ctx context.Context, stdout, stderr io.Writer) error {
	listener, err := demoListener(ctx)
	if err != nil {
		return err
	}
	base := "http://" + reachable(listener.Addr())
	folder, err := os.MkdirTemp("", "guiwei-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	redis, stop, err := inProcessRedis(ctx)
	if err != nil {
		return err
	}
	defer stop()
	c, err := demoConfig(base, redis, folder)
	if err != nil {
		return err
	}
	a, err := New(ctx, c, Logger(stderr, slog.LevelWarn))
	if err != nil {
		return err
	}
	if err := a.seedDemo(ctx); err != nil {
		a.Close()
		return fmt.Errorf("seed demo: %w", err)
	}
	page := sim.New(demoStage())
	defer page.Close()
	a.effects.House = page.Tongue
	return a.runOn(ctx, listener, page, func(string) {
		fmt.Fprintf(stdout, "归位 · Guiwei demo: open %s\n", base)
		fmt.Fprintln(stdout, "Everything on the page is fictitious and gone when you press Ctrl-C.")
	})
}

// demoListener obeys LISTEN; without it, it is 127.0.0.1 and the first free port from 8080 on.
func demoListener(ctx context.Context) (net.Listener, error) {
	var lc net.ListenConfig
	if listen := os.Getenv("LISTEN"); listen != "" {
		l, err := lc.Listen(ctx, "tcp", listen)
		if err != nil {
			return nil, fmt.Errorf("LISTEN: %w", err)
		}
		return l, nil
	}
	for port := 8080; port < 8180; port++ {
		l, err := lc.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return l, nil
		}
	}
	return nil, errors.New("no free port from 8080 to 8179: set LISTEN")
}

// reachable is the address that this machine reaches a listener by: one on all addresses is on 127.0.0.1 too.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
}

// inProcessRedis is the demo's Redis. Its time stands still by itself, so a ticker moves it.
func inProcessRedis(ctx context.Context) (address string, stop func(), err error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return "", nil, fmt.Errorf("start in-process redis: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		const tick = 50 * time.Millisecond
		last := time.Now()
		for (wall{}).Sleep(ctx, tick) == nil {
			now := time.Now()
			m.FastForward(now.Sub(last))
			last = now
		}
	}()
	return m.Addr(), func() { cancel(); <-done; m.Close() }, nil
}

// demoConfig is what an operator would set, all of it pointing at this process.
func demoConfig(base, redis, folder string) (config.Config, error) {
	keys := filepath.Join(folder, "keys.json")
	if err := vault.CreateFile(keys); err != nil {
		return config.Config{}, err
	}
	environ := map[string]string{
		"TELEGRAM_TOKEN": demoToken, "TELEGRAM_API_URL": base, "REDIS_URL": "redis://" + redis + "/0",
		"KEYS_FILE": keys, "PHOTOS_URL": "file:" + filepath.Join(folder, "photos"), "LISTEN": base[len("http://"):],
		"SMS_URL": "sim:" + base, "MAIL_URL": "sim:" + base, "OWNER_IDS": "1", "ALLOW_TEST_IDS": "true", "UPDATES_PER_10S": "0",
		"OPERATOR_NAME":   "示例大学|示例大學|Example University",
		"SUPPORT_CONTACT": "学生事务中心（010-00000000）|學生事務中心（010-00000000）|the student office (010-00000000)", "UNDO_SECONDS": "5",
	}
	for _, name := range []string{"PASSWORD_ADVICE", "PHOTO_JUDGE", "UNDO_SECONDS", "HOLIDAYS_FILE"} {
		if v := os.Getenv(name); v != "" {
			environ[name] = v
		}
	}
	return config.Load(environ)
}
