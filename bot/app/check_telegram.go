package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"time"

	"guiwei/bot/telegram"
)

// telegram asks who the bot is, where its updates go, and what it may do in its groups.
func (k *checkup) telegram(ctx context.Context) {
	if k.faulty["TELEGRAM_TOKEN"] || k.faulty["TELEGRAM_TOKEN_FILE"] || k.faulty["TELEGRAM_API_URL"] {
		return
	}
	client, err := telegram.New(telegram.Options{Token: telegram.NewToken(k.config.TelegramToken.Reveal()),
		APIURL: k.config.TelegramAPIURL, Log: slog.New(slog.DiscardHandler), Clock: wall{}})
	if err != nil {
		k.fault("TELEGRAM_API_URL", "%v", err)
		return
	}
	me, err := client.GetMe(ctx)
	switch {
	case errors.Is(err, telegram.ErrUnauthorized):
		k.fault("TELEGRAM_TOKEN", "Telegram refuses it: copy it again from BotFather, or make a new one with /revoke")
		return
	case err != nil:
		k.fault("telegram", "does not answer: look at the network, and at TELEGRAM_API_URL (%v)", err)
		return
	}
	k.ok("telegram", "answers as @%s", me.Username)
	if me.ReadsAllInGroup {
		k.warn("privacy mode", "is off: the bot reads all of its groups; switch it on with BotFather, /setprivacy")
	} else {
		k.ok("privacy mode", "is on")
	}
	if !me.CanJoinGroups {
		k.fault("groups", "the bot may not join any: allow it with BotFather, /setjoingroups")
	}
	k.webhook(ctx, client)
	k.groups(ctx, client, me.ID)
}

// recent is how long ago a failed post still is news.
const recent = time.Hour

func (k *checkup) webhook(ctx context.Context, client *telegram.Client) {
	hook, err := client.GetWebhookInfo(ctx)
	if err != nil {
		k.unknown("webhook", "%v", err)
		return
	}
	switch {
	case hook.URL == "" && k.config.WebhookURL == "":
		k.ok("webhook", "none, the bot polls")
	case hook.URL == "":
		k.warn("webhook", "is not set; serve sets it")
	case k.config.WebhookURL == "":
		k.warn("webhook", "is set although WEBHOOK_URL is empty; serve removes it and polls")
	case !postsTo(hook, k.config.WebhookURL):
		k.warn("webhook", "is not what WEBHOOK_URL says; serve sets it. If you did not set another one, somebody else has the token: /revoke it")
	default:
		k.ok("webhook", "is ours")
	}
	if hook.Pending > 100 {
		k.warn("webhook", "%d updates wait at Telegram: does a bot run, and can Telegram reach it?", hook.Pending)
	}
	if last := time.Unix(hook.LastErrorDate, 0); hook.LastErrorDate != 0 && k.now.Sub(last) < recent {
		k.warn("webhook", "Telegram could not post %s ago: it says %q", k.now.Sub(last).Round(time.Minute), hook.LastError)
	}
}

// groups asks what the bot is in each bound group. It needs no right there but to write; in the reviewers' group it must be an
// administrator, whatever its rights, since Telegram tells only those for certain who is in the group (Bot API, getChatMember).
func (k *checkup) groups(ctx context.Context, client *telegram.Client, me int64) {
	if !k.known {
		return
	}
	if k.group.reviewers == 0 {
		k.warn("group of reviewers", "is not bound: an owner makes an invite with /invite")
	} else {
		k.member(ctx, client, "group of reviewers", k.group.reviewers, me)
	}
	if len(k.group.counselors) == 0 {
		k.warn("groups of counselors", "none is bound: an owner makes an invite with /invite")
	}
	for _, id := range k.group.counselors {
		k.member(ctx, client, "group of counselors", id, me)
	}
}

func (k *checkup) member(ctx context.Context, client *telegram.Client, thing string, group, me int64) {
	m, err := client.GetChatMember(ctx, group, me)
	var failed *telegram.Error
	switch {
	case errors.As(err, &failed) && failed.MigrateTo != 0:
		k.ok(thing, "became a supergroup; the bot follows by itself")
	case errors.Is(err, telegram.ErrNoMember), errors.Is(err, telegram.ErrRejected), errors.Is(err, telegram.ErrBlocked), err == nil && !m.Present():
		k.fault(thing, "the bot is not in it: put it back, and bind the group again with an /invite")
	case err != nil:
		k.unknown(thing, "%v", err)
	case m.Mute:
		k.fault(thing, "the bot may not write there: lift the restriction")
	case group == k.group.reviewers && m.Status != "administrator":
		k.warn(thing, "the bot is no administrator there: make it one, without any right, so that Telegram tells it for certain who is in the group")
	case m.Deletes:
		k.ok(thing, "the bot writes there, and may delete others' messages, which it does not need")
	default:
		k.ok(thing, "the bot writes there, and deletes only its own messages")
	}
}

// certificateTerm is how long before its end a certificate is news: Let's Encrypt renews 30 days ahead.
const certificateTerm = 14 * 24 * time.Hour

// certificate shakes hands with the address that Telegram posts to, as Telegram does.
func (k *checkup) certificate(ctx context.Context) {
	hook, err := url.Parse(k.config.WebhookURL)
	if err != nil || k.config.WebhookURL == "" || k.faulty["WEBHOOK_URL"] {
		return
	}
	if hook.Scheme != "https" {
		k.warn("WEBHOOK_URL", "is not https: Telegram itself posts to https only")
		return
	}
	conn, err := (&tls.Dialer{Config: &tls.Config{MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", host(hook))
	var distrust *tls.CertificateVerificationError
	var dial *net.OpError
	switch {
	case errors.As(err, &distrust):
		k.fault("WEBHOOK_URL", "its certificate does not hold, so Telegram will not post: %s", distrustOf(distrust))
		return
	case errors.As(err, &dial) && dial.Op == "dial":
		k.unknown("WEBHOOK_URL", "cannot be reached from this machine; try from outside")
		return
	case err != nil:
		k.fault("WEBHOOK_URL", "does not speak TLS 1.2 or newer there, so Telegram will not post")
		return
	}
	defer conn.Close()
	secured, ok := conn.(*tls.Conn)
	if !ok {
		return
	}
	if left := secured.ConnectionState().PeerCertificates[0].NotAfter.Sub(k.now); left < certificateTerm {
		k.warn("WEBHOOK_URL", "its certificate ends in %d days: is it renewed?", int(left.Hours()/24))
		return
	}
	k.ok("WEBHOOK_URL", "TLS and certificate hold")
}

// distrustOf is why a certificate does not hold, without the names in it.
func distrustOf(err error) string {
	var other x509.HostnameError
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &other):
		return "it is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired, or is not valid yet"
	case errors.As(err, &unknown):
		return "no known authority signed it, or the chain is incomplete"
	}
	return "it is not fit for a server"
}
