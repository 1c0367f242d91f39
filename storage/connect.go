package storage

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// connect makes the client of a URL. Errors never quote the URL: it may hold a password.
func connect(raw string) (redis.UniversalClient, error) {
	o, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true // else a deadline does not end a read
	o.DisableIdentity = true
	o.Protocol = 2 // of 3 nothing is used, but each reply is first looked at for a push
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = 2*time.Second, 3*time.Second, 3*time.Second
	o.MinRetryBackoff, o.MaxRetryBackoff = 5*time.Millisecond, 250*time.Millisecond
	o.PoolSize = 32
	o.ReadBufferSize, o.WriteBufferSize = 8<<10, 8<<10 // of each connection; a record is 2 KB
	return redis.NewUniversalClient(o), nil
}

// parseURL reads scheme[+cluster|+sentinel]://[user:password@]host:port[,host:port…][/db][?master=NAME][&prefix=TEXT]
// [&pipeline=all]; the last two are for prefixOf and crowded.
func parseURL(raw string) (*redis.UniversalOptions, error) {
	u, err := split(raw)
	if err != nil {
		return nil, err
	}
	o := &redis.UniversalOptions{}
	if o.Addrs, err = addresses(u); err != nil {
		return nil, err
	}
	if err := scheme(o, u); err != nil {
		return nil, err
	}
	o.Username = u.User.Username()
	o.Password, _ = u.User.Password()
	if path := strings.Trim(u.Path, "/"); path != "" {
		if o.DB, err = strconv.Atoi(path); err != nil || o.DB < 0 {
			return nil, errors.New("REDIS_URL: the database after / must be a number")
		}
	}
	if o.IsClusterMode && o.DB != 0 {
		return nil, errors.New("REDIS_URL: a cluster has database 0 only")
	}
	return o, nil
}

// prefixOf is what stands before every key: a cluster has one database for all who use it.
func prefixOf(raw string) (string, error) {
	u, err := split(raw)
	if err != nil {
		return "", err
	}
	prefix := u.Query().Get("prefix")
	if strings.ContainsAny(prefix, "{}") {
		return "", errors.New("REDIS_URL: the prefix may not hold braces: they mark shards")
	}
	return prefix, nil
}

// crowded says whether a URL has ?pipeline=all: all that can shares its round trips. More updates fit through, and each
// waits a little longer.
func crowded(raw string) bool {
	u, err := split(raw)
	return err == nil && u.Query().Get("pipeline") == "all"
}

func split(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// A list of hosts with ports is no valid host for net/url: cut the list out first.
		u, err = parseList(raw)
	}
	if err != nil {
		return nil, errors.New("REDIS_URL: not a URL")
	}
	return u, nil
}

func scheme(o *redis.UniversalOptions, u *url.URL) error {
	base, kind, _ := strings.Cut(u.Scheme, "+")
	switch base {
	case "redis":
	case "rediss":
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		if kind == "" {
			o.TLSConfig.ServerName = u.Hostname()
		}
	default:
		return errors.New("REDIS_URL: must begin with redis://, rediss://, redis+cluster:// or redis+sentinel://")
	}
	switch kind {
	case "":
		if len(o.Addrs) != 1 {
			return errors.New("REDIS_URL: several hosts need redis+cluster:// or redis+sentinel://")
		}
	case "cluster":
		o.IsClusterMode = true
	case "sentinel":
		o.MasterName = u.Query().Get("master")
		if o.MasterName == "" {
			return errors.New("REDIS_URL: redis+sentinel:// needs ?master=NAME")
		}
	default:
		return fmt.Errorf("REDIS_URL: unknown kind +%s, not cluster or sentinel", kind)
	}
	return nil
}

// parseList keeps the hosts in Opaque, where net/url leaves them alone.
func parseList(raw string) (*url.URL, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, errors.New("no scheme")
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndex(rest[:end], "@") + 1
	u, err := url.Parse(scheme + "://" + rest[:at] + "list" + rest[end:])
	if err != nil {
		return nil, errors.New("unreadable")
	}
	u.Opaque = rest[at:end]
	return u, nil
}

// addresses lists host:port, 6379 where no port is told.
func addresses(u *url.URL) ([]string, error) {
	list := u.Host
	if u.Opaque != "" {
		list = u.Opaque
	}
	var all []string
	for _, a := range strings.Split(list, ",") {
		a = strings.TrimSpace(a)
		if a == "" {
			continue
		}
		if !strings.Contains(a[strings.LastIndex(a, "]")+1:], ":") {
			a += ":6379"
		}
		host, port, err := net.SplitHostPort(a)
		if _, worse := strconv.ParseUint(port, 10, 16); err != nil || worse != nil || host == "" {
			return nil, errors.New("REDIS_URL: hosts are host or host:port")
		}
		all = append(all, a)
	}
	return all, nil
}

// clientLog takes what the client library would print to stderr: lost connections, nothing of what is stored.
type clientLog struct{ log *slog.Logger }

func (c clientLog) Printf(ctx context.Context, format string, v ...any) {
	c.log.WarnContext(ctx, "redis client", slog.String("says", fmt.Sprintf(format, v...)))
}
