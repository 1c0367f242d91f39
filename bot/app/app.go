// Package app wires the rooms together: a Config becomes a running program, with an order of starting and stopping.
// It knows everybody and decides nothing.
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
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"guiwei/bot/config"
	"guiwei/bot/courier"
	"guiwei/bot/crash"
	"guiwei/bot/effects"
	"guiwei/bot/engine"
	"guiwei/bot/metrics"
	"guiwei/bot/photo"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// clock is the one clock of a program.
type clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// App is a program made of its rooms, ready to Run.
type App struct {
	config   config.Config
	log      *slog.Logger
	clock    clock
	pace     telegram.Clock // of calls to Telegram; nil: by the clock
	vault    *vault.Vault
	store    *storage.Store
	photos   *photos.Sealed
	client   *telegram.Client
	engine   *engine.Engine
	effects  *effects.Runner
	username atomic.Value // string: unknown until Telegram has answered
	entrance entrance
	book     flows.Book
	figures  *metrics.Metrics
	gates    gates
}

// New opens everything a program needs. Nothing calls Telegram yet: a program starts while Telegram is away.
func New(ctx context.Context, c config.Config, log *slog.Logger) (*App, error) {
	a := &App{config: c, log: log, clock: wall{}}
	return a, a.open(ctx)
}

// open opens what the configuration names, in this order; after a fault nothing stays open.
func (a *App) open(ctx context.Context) error {
	steps := []func(context.Context) error{a.openClock, a.openFigures, a.openStores, a.openTelegram, a.openEngine}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			a.Close()
			return err
		}
	}
	return nil
}

func (a *App) openClock(ctx context.Context) error {
	if a.config.TestClock == "" {
		return nil
	}
	s := &story{url: a.config.TestClock}
	a.clock = s
	return s.follow(ctx)
}

func (a *App) openStores(ctx context.Context) (err error) {
	if a.vault, err = vault.OpenFile(a.config.KeysFile); err != nil {
		return fmt.Errorf("KEYS_FILE: %w", err)
	}
	a.store, err = storage.Open(ctx, storage.Options{URL: a.config.RedisURL.Reveal(), Vault: a.vault, Log: a.log, Watch: a.figures.Trip,
		Sample: a.config.Sample()})
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	if a.photos, err = photos.Open(a.config.PhotosURL.Reveal(), a.vault); err != nil {
		return fmt.Errorf("PHOTOS_URL: %w", err)
	}
	return nil
}

func (a *App) openTelegram(context.Context) (err error) {
	pace := a.pace
	switch {
	case pace != nil:
	case a.config.TestClock != "":
		pace = &hurry{base: a.clock}
	default:
		pace = a.clock
	}
	a.client, err = telegram.New(telegram.Options{Token: telegram.NewToken(a.config.TelegramToken.Reveal()),
		APIURL: a.config.TelegramAPIURL, Log: a.log, Clock: pace})
	return err
}

func (a *App) openEngine(context.Context) error {
	runner, err := a.runner()
	if err != nil {
		return err
	}
	if a.config.WebhookOutURL != "" {
		runner.Hook = courier.Hook{URL: a.config.WebhookOutURL, Key: a.config.WebhookOutSecret.Reveal(), Now: a.clock.Now}
	}
	a.effects = runner
	a.gates.limit(a.config.UpdatesPer10s)
	a.engine = &engine.Engine{Book: a.book, Conversations: timed{a.store, a.figures}, Outbox: a.store, Due: a.store,
		Effects: tallied{runner, a.figures}, Clock: a.clock, Digest: a.digest, Crash: runner.Crash, Watch: a.figures, Log: a.log}
	return nil
}

// digest is what an input carries of six digits typed in its text.
func (a *App) digest(chat int64, text string) string {
	code := rules.Code(text)
	if code == "" {
		return ""
	}
	return a.vault.Digest(chat, effects.CodePurpose, code)
}

// photosAtOnce is how many pictures are looked at together, by a replica.
const photosAtOnce = 2

// makeRoom gives the threads that look at pictures places of their own with Go's scheduler. They are nice to all other threads
// (photo.Room), but a goroutine that answers a text could not run while they hold every place there is.
func makeRoom() { runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + photosAtOnce) }

func (a *App) runner() (*effects.Runner, error) {
	var opts []courier.Option
	if a.config.AllowInsecure {
		opts = append(opts, courier.Insecure(os.Stderr))
	}
	sms, err := courier.OpenSMS(a.config.SMSURL.Reveal(), a.log, opts...)
	if err != nil {
		return nil, fmt.Errorf("SMS_URL: %w", err)
	}
	mail, err := courier.OpenMail(a.config.MailURL.Reveal(), a.log, opts...)
	if err != nil {
		return nil, fmt.Errorf("MAIL_URL: %w", err)
	}
	calendar, err := a.calendar()
	if err != nil {
		return nil, fmt.Errorf("HOLIDAYS_FILE: %w", err)
	}
	plan, err := crash.Parse(a.config.CrashAt)
	if err != nil {
		return nil, err
	}
	if plan == nil && a.config.TestClock != "" {
		plan = crash.Count()
	}
	judge, ok := photo.Judges(a.config.PhotoJudge)
	if !ok {
		return nil, errors.New("PHOTO_JUDGE: nobody of that name")
	}
	return &effects.Runner{Messages: a.client, Pictures: a.client, Chats: a.client, Store: a.store, Vault: a.vault,
		Photos: a.photos, Room: photo.New(photo.Options{Parallel: photosAtOnce, Judge: judge}), SMS: sms, SMSPerHour: a.config.SMSPerHour, Mail: mail, Ended: a.figures.Ended,
		Calendar: calendar, Clock: a.clock, Crash: plan, Log: a.log, Owners: a.config.OwnerIDs, Lead: a.config.LeadID,
		Operator: a.config.OperatorName, Contact: a.config.SupportContact, House: func() string { return a.config.GroupLanguage }, Undo: a.config.Undo(), Cheap: a.config.AllowTestIDs}, nil
}

func (a *App) calendar() (rules.Calendar, error) {
	if a.config.HolidaysFile == "" {
		return rules.NewCalendar(nil)
	}
	override, err := os.ReadFile(a.config.HolidaysFile)
	if err != nil {
		return rules.Calendar{}, err
	}
	return rules.NewCalendar(override)
}

// Run serves until ctx ends: first what answers, then what asks. It stops by taking nothing more in, the polling lease
// given back at once; what was committed is still done, within engine.Stop's grace, or left to the other replicas.
func (a *App) Run(ctx context.Context, started func(address string)) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("LISTEN: %w", err)
	}
	return a.runOn(ctx, listener, nil, started)
}

// runOn serves on a listener, with pages beside the bot's own.
func (a *App) runOn(ctx context.Context, listener net.Listener, pages http.Handler, started func(string)) error {
	defer a.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	handler, err := a.web(pages)
	if err != nil {
		return err
	}
	server := server(handler, pages == nil)
	failed := make(chan error, 3)
	var running sync.WaitGroup
	running.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	})
	started(listener.Addr().String())
	running.Go(func() { a.engine.Sweep(ctx) })
	running.Go(func() { a.tidy(ctx) })
	running.Go(func() { a.share(ctx) })
	running.Go(func() { a.keepKeys(ctx) })
	running.Go(func() { a.sweep(ctx) })
	running.Go(func() {
		if err := a.showFigures(ctx); err != nil {
			failed <- err
		}
	})
	running.Go(func() {
		if err := a.listen(ctx); err != nil {
			failed <- err
		}
	})
	select {
	case <-ctx.Done():
	case err = <-failed:
		cancel()
	}
	stop, release := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer release()
	_ = server.Shutdown(stop)
	_ = server.Close()
	running.Wait()
	a.engine.Stop()
	return err
}

// listen takes updates in: Telegram posts them where WEBHOOK_URL is set, else we ask for them, one replica at a time.
func (a *App) listen(ctx context.Context) error {
	context.AfterFunc(ctx, func() { a.entrance.stopping.Store(true) })
	a.introduce(ctx)
	var menus sync.WaitGroup // a dozen calls that no update waits for
	menus.Go(func() { a.menus(ctx) })
	defer menus.Wait()
	if a.config.WebhookURL != "" {
		return a.hook(ctx)
	}
	return a.poll(ctx)
}

// Close lets go of what New opened.
func (a *App) Close() {
	a.gates.notices.Wait()
	for _, c := range []io.Closer{closer(a.store != nil, a.store), closer(a.photos != nil, a.photos)} {
		if c != nil {
			_ = c.Close()
		}
	}
}

func closer(open bool, c io.Closer) io.Closer {
	if !open {
		return nil
	}
	return c
}
