// Command bot is Guiwei: `go run ./bot demo` plays it, `bot serve` runs it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"guiwei/bot/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
