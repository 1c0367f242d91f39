package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"guiwei/bot/config"
	"guiwei/bot/courier"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// report prints findings one a line: "ok", "unknown", "warn" or "FAULT", the thing, what it is or how to mend it.
type report struct {
	out    io.Writer
	faults int
}

func (r *report) ok(thing, format string, args ...any)      { r.say("ok", thing, format, args...) }
func (r *report) unknown(thing, format string, args ...any) { r.say("unknown", thing, format, args...) }
func (r *report) warn(thing, format string, args ...any)    { r.say("warn", thing, format, args...) }

func (r *report) fault(thing, format string, args ...any) {
	r.faults++
	r.say("FAULT", thing, format, args...)
}

func (r *report) say(mark, thing, format string, args ...any) {
	fmt.Fprintf(r.out, "%-8s %-24s %s\n", mark, thing, fmt.Sprintf(format, args...))
}

// checkup looks at a configuration and at everything it names. It changes nothing but the meta key of an empty Redis, and
// sends nothing to anybody.
type checkup struct {
	*report
	config config.Config
	faulty map[string]bool // settings that are at fault by themselves: what they name is not looked at
	now    time.Time
	vault  *vault.Vault // nil where the keys cannot be read
	group  bound
	known  bool // group was read
}

// checkLimit bounds the whole checkup.
const checkLimit = 40 * time.Second

// Check tells the operator what is wrong with the configuration and with everything it names.
func Check(ctx context.Context, out io.Writer) error {
	return check(ctx, out, environ(), time.Now())
}

func check(ctx context.Context, out io.Writer, environ map[string]string, now time.Time) error {
	c, err := config.Load(environ)
	k := &checkup{report: &report{out: out}, config: c, faulty: map[string]bool{}, now: now}
	for _, f := range config.Faults(err) {
		k.fault(f.Name, "%s", f.Text)
		k.faulty[f.Name] = true
	}
	for _, f := range c.Remarks() {
		k.warn(f.Name, "%s", f.Text)
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	k.keys()
	k.photos(ctx)
	k.redis(ctx)
	k.calendar()
	k.telegram(ctx)
	k.certificate(ctx)
	k.couriers(ctx)
	if k.faults > 0 {
		return fmt.Errorf("%d faults", k.faults)
	}
	return nil
}

func (k *checkup) keys() {
	if k.faulty["KEYS_FILE"] {
		return
	}
	v, err := vault.OpenFile(k.config.KeysFile)
	switch {
	case errors.Is(err, os.ErrNotExist):
		k.fault("KEYS_FILE", "is not there: make one with `bot keygen`, or mount the one that sealed the stored data")
	case errors.Is(err, os.ErrPermission):
		k.fault("KEYS_FILE", "may not be read by user %d: give it that owner, mode 0400", os.Geteuid())
	case err != nil:
		k.fault("KEYS_FILE", "%s", strings.TrimPrefix(err.Error(), "keys file: "))
	default:
		k.vault = v
		mode := os.FileMode(0)
		if about, err := os.Stat(k.config.KeysFile); err == nil {
			mode = about.Mode().Perm()
		}
		k.ok("KEYS_FILE", "can be read, mode %04o", mode)
	}
}

// Room for photos, in bytes: a submission takes 0.6 MB.
const (
	roomWanted = 2 << 30
	roomNeeded = 200 << 20
)

// photos puts a picture away and takes it back: the store is there, may be written, is nobody else's to read, and has room.
func (k *checkup) photos(ctx context.Context) {
	if k.faulty["PHOTOS_URL"] {
		return
	}
	if k.vault == nil {
		k.unknown("PHOTOS_URL", "not looked at without the keys")
		return
	}
	p, err := photos.Open(k.config.PhotosURL.Reveal(), k.vault)
	if err != nil {
		k.fault("PHOTOS_URL", "%v", err)
		return
	}
	defer p.Close()
	folder, local := strings.CutPrefix(k.config.PhotosURL.Reveal(), "file:")
	blob, err := p.Put(ctx, "check", []byte("check"))
	switch {
	case err != nil && local:
		k.fault("PHOTOS_URL", "cannot be written: give the folder to user %d and look at its disk (%v)", os.Geteuid(), err)
		return
	case err != nil:
		k.fault("PHOTOS_URL", "cannot be written: look at host, region, bucket and key, which must allow to put, get, delete and list (%v)", err)
		return
	}
	_, err = p.Get(ctx, "check", blob)
	if !local {
		k.exposed(ctx, p, blob)
	}
	if err = errors.Join(err, p.Delete(ctx, blob)); err != nil {
		k.fault("PHOTOS_URL", "can be written, but not read and deleted again (%v)", err)
		return
	}
	k.ok("PHOTOS_URL", "can be written")
	if local {
		k.room(folder)
	}
}

// exposed looks whether a bucket gives its pictures to anybody, or keeps what is deleted.
func (k *checkup) exposed(ctx context.Context, p *photos.Sealed, blob string) {
	switch public, versioned, err := p.Exposed(ctx, blob); {
	case err != nil:
		k.unknown("privacy of photos", "the server does not tell (%v)", err)
	case public:
		k.fault("privacy of photos", "the bucket can be read without a key: make it private")
	case versioned:
		k.fault("privacy of photos", "the bucket keeps versions, so that deleted photos stay: switch them off and remove what they kept")
	default:
		k.ok("privacy of photos", "the bucket is private and keeps no versions")
	}
}

func (k *checkup) room(folder string) {
	free, known := room(folder)
	switch {
	case !known:
		k.unknown("room for photos", "this system does not tell")
	case free < roomNeeded:
		k.fault("room for photos", "%d MB are free: students' photos will be refused; make room", free>>20)
	case free < roomWanted:
		k.warn("room for photos", "%d MB are free, enough for about %d submissions", free>>20, free/600_000)
	default:
		k.ok("room for photos", "more than %d GB are free", roomWanted>>30)
	}
}

// calendar tells whether the holidays of this year and the next are known: a year without them is an alarm.
func (k *checkup) calendar() {
	calendar, err := (&App{config: k.config}).calendar()
	if err != nil {
		k.fault("HOLIDAYS_FILE", "%v", err)
		return
	}
	for _, year := range []int{k.now.Year(), k.now.Year() + 1} {
		switch {
		case calendar.Covers(year):
			k.ok("holidays", "of %d are known", year)
		case year == k.now.Year():
			k.fault("holidays", "of %d are unknown, so deadlines are wrong: write them into HOLIDAYS_FILE", year)
		case k.now.Month() >= time.November:
			k.warn("holidays", "of %d are unknown: write them into HOLIDAYS_FILE before January", year)
		default:
			k.ok("holidays", "of %d are published in November", year)
		}
	}
}

// couriers are reached without sending anything.
func (k *checkup) couriers(ctx context.Context) {
	var opts []courier.Option
	if k.config.AllowInsecure {
		opts = append(opts, courier.Insecure(io.Discard))
	}
	log := slog.New(slog.DiscardHandler)
	if !k.faulty["SMS_URL"] {
		sms, err := courier.OpenSMS(k.config.SMSURL.Reveal(), log, opts...)
		k.courier(ctx, "SMS_URL", sms, err)
	}
	if !k.faulty["MAIL_URL"] {
		mail, err := courier.OpenMail(k.config.MailURL.Reveal(), log, opts...)
		k.courier(ctx, "MAIL_URL", mail, err)
	}
}

func (k *checkup) courier(ctx context.Context, name string, way any, err error) {
	reacher, can := way.(courier.Reacher)
	switch {
	case err != nil:
		k.fault(name, "%v", err)
		return
	case !can:
		k.unknown(name, "cannot be tried without sending")
		return
	}
	switch err := reacher.Reach(ctx); {
	case err == nil:
		k.ok(name, "answers; nothing was sent")
	case errors.Is(err, courier.ErrMisconfigured):
		k.fault(name, "refuses us (%s): look at keys, rights, clock, and what the address names", oneLine(err))
	case errors.Is(err, courier.ErrTemporary):
		k.fault(name, "cannot be reached (%s): look at host, port, user, password, and whether its TLS holds", oneLine(err))
	case errors.Is(err, courier.ErrUntried):
		k.unknown(name, "cannot be checked without sending (%s)", oneLine(err))
	case errors.Is(err, courier.ErrNowhere):
		k.warn(name, "prints, and reaches nobody")
	default:
		k.fault(name, "cannot be reached: look at host, port, user, password, and whether its TLS holds")
	}
}

// oneLine joins the faults of two ways.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// host is where an address leads, with its port.
func host(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return u.Hostname() + ":443"
}
