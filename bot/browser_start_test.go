package main_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// demo runs `bot demo` on a free port and answers its address, that has to be printed within 5 s.
func demo(t *testing.T) string {
	t.Helper()
	binary, err := house.build()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	var complaints log
	cmd := exec.Command(binary, "demo") //nolint:noctx // ended in Cleanup, by the signal that an operator sends
	folder := t.TempDir()
	cmd.Env = []string{"LISTEN=127.0.0.1:0", "TMPDIR=" + folder, "PATH=" + os.Getenv("PATH")}
	cmd.Stderr, cmd.SysProcAttr = &complaints, dieWithUs()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		killer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer killer.Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the demo did not end well: %v", err)
		}
		if said := complaints.String(); said != "" {
			t.Errorf("the demo complained: %s", said)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("the demo left files behind: %v %v", left, err)
		}
	})
	address := printed(t, stdout)
	t.Logf("address printed after %v", time.Since(began).Round(time.Millisecond))
	return address
}

// printed is the first address in what a program prints.
func printed(t *testing.T, stdout io.Reader) string {
	t.Helper()
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if at := strings.Index(lines.Text(), "http://"); at >= 0 {
				found <- lines.Text()[at:]
				break
			}
		}
		_, _ = io.Copy(io.Discard, stdout)
	}()
	select {
	case address := <-found:
		return address
	case <-time.After(5 * time.Second):
		t.Fatal("no address printed within 5 s")
		return ""
	}
}

// chromium is the path of a browser.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no browser on PATH: install chromium and fonts-noto-cjk (apt-get install chromium fonts-noto-cjk)")
	return ""
}

// browse opens the page at an address in a browser. What the page complains of in its console fails the test.
func browse(t *testing.T, browser, address string) *desk {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		folder = t.ArtifactDir()
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(wide, high), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-proxy-server", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("accept-lang", "zh-CN"))
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	complaints := listen(t, ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("close the browser: %v", err)
		}
		cancel()
		free()
		if said := complaints(); said != "" {
			t.Errorf("the page complained: %s", said)
		}
	})
	d := &desk{t: t, ctx: ctx, shots: folder, began: time.Now()}
	d.do("open the page", chromedp.EmulateViewport(wide, high), chromedp.Navigate(address))
	d.sees(".phone[data-chat='42'] [data-start]")
	d.readsChinese()
	return d
}

// listen keeps the errors of the page's console; the answered func waits for the browser's end and tells them.
func listen(t *testing.T, ctx context.Context) func() string {
	t.Helper()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	var said []string
	var ended sync.WaitGroup
	messages := chromedp.Console(ctx)
	ended.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" {
				said = append(said, m.String())
			}
		}
	})
	return func() string { ended.Wait(); return strings.Join(said, "\n") }
}
