package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"guiwei/bot/config"
	"guiwei/bot/photo"
	"guiwei/storage/vault"
)

// commands are what the program can do, as kong reads them.
type commands struct {
	Serve       struct{} `cmd:"" help:"Run the bot: polling, or a webhook where WEBHOOK_URL is set."`
	Demo        struct{} `cmd:"" help:"Play the whole story on one page, with a simulated Telegram and an in-process Redis."`
	Check       struct{} `cmd:"" help:"Tell what is wrong with the configuration and everything it names."`
	Healthcheck struct{} `cmd:"" help:"Ask the running bot whether it is ready; exit 1 if not."`
	Keygen      struct {
		File string `arg:"" optional:"" help:"Where to write the keys (mode 0600); default KEYS_FILE."`
	} `cmd:"" help:"Make a new key file."`
	Keys struct {
		Do string `arg:"" enum:"list,add,promote,rewrite,drop" help:"list; add a key; promote it; rewrite all that older ones sealed; drop those."`
	} `cmd:"" help:"Change the keys that seal records and photos, while the bot runs."`
	Roster struct {
		Import struct {
			File string `arg:"" help:"CSV with the guide's 19 columns, UTF-8 or GB18030."`
		} `cmd:"" help:"Import enrolment records."`
	} `cmd:"" help:"The list of enrolment records."`
	Audit auditCommands `cmd:"" help:"Who looked at what and decided what."`
	Photo struct {
		Judge string   `enum:"strict,warn,off" default:"strict" help:"Who judges the quality, as PHOTO_JUDGE: strict, warn or off."`
		Out   string   `short:"o" help:"Folder to write the results to." placeholder:"DIR"`
		Files []string `arg:"" help:"Pictures."`
	} `cmd:"" help:"Show what the photo room makes of files, one JSON object a line."`
}

// Main runs a command and returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("bot"), kong.Description("Guiwei (归位) gives a student back the account of their ID number."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintln(stderr, "bot:", err)
		return 2
	}
	if err := run(ctx, parsed.Command(), c, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bot:", err)
		return 1
	}
	return 0
}

func run(ctx context.Context, command string, c commands, stdout, stderr io.Writer) error {
	switch word, rest, _ := strings.Cut(command, " "); word {
	case "audit":
		return audit(ctx, rest, c.Audit, stdout)
	case "demo":
		return Demo(ctx, stdout, stderr)
	case "photo":
		judge, _ := photo.Judges(c.Photo.Judge) // one of the enum's
		return photo.Command(ctx, stdout, c.Photo.Files, c.Photo.Out, judge)
	case "healthcheck":
		return healthcheck(ctx)
	case "keygen":
		return keygen(c.Keygen.File, stdout)
	case "keys":
		return changeKeys(ctx, c.Keys.Do, stdout)
	case "check":
		return Check(ctx, stdout)
	case "roster":
		return rosterImport(ctx, c.Roster.Import.File, stdout)
	default:
		return serve(ctx, stderr)
	}
}

func environ() map[string]string {
	m := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		m[name] = value
	}
	return m
}

// Logger writes one line of JSON an event, down to the level, in UTC.
func Logger(w io.Writer, level slog.Level) *slog.Logger {
	utc := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: utc}))
}

func serve(ctx context.Context, stderr io.Writer) error {
	c, err := config.Load(environ())
	if err != nil {
		return err
	}
	log := Logger(stderr, c.LogLevel)
	makeRoom()
	a, err := New(ctx, c, log)
	if err != nil {
		return err
	}
	return a.Run(ctx, func(address string) { log.InfoContext(ctx, "listening", slog.String("address", address)) })
}

// healthcheck asks the bot on LISTEN, so that a container without a shell can check itself.
func healthcheck(ctx context.Context) error {
	listen := os.Getenv("LISTEN")
	if listen == "" {
		listen = ":8080"
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("LISTEN: %w", err)
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.New("the bot does not answer")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot is not ready: %s", resp.Status)
	}
	return nil
}

func keygen(file string, stdout io.Writer) error {
	if file == "" {
		file = os.Getenv("KEYS_FILE")
	}
	if file == "" {
		return errors.New("name a file, or set KEYS_FILE")
	}
	if err := vault.CreateFile(file); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "keys written to %s. Back this file up apart from Redis: without it nothing stored can be read.\n", file)
	return nil
}

func rosterImport(ctx context.Context, file string, stdout io.Writer) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	records, err := readRoster(raw)
	if err != nil {
		return err
	}
	store, _, err := stored(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	n, err := store.PutRecords(ctx, records)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d enrolment records imported.\n", n)
	return nil
}
