package courier

import (
	"context"
	"errors"
	"net"
)

// Reacher is a way out that can be tried without sending anything: what OpenSMS and OpenMail answer is one.
type Reacher interface {
	// Reach connects as Send does, logs in where Send does, and leaves. ErrNowhere says that nobody is there to be
	// reached, ErrUntried that only sending would tell. The others are as Send's.
	Reach(ctx context.Context) error
}

// ErrNowhere is Reach of log:.
var ErrNowhere = errors.New("prints, and reaches nobody")

// Reach is Reacher.
func (s smsOut) Reach(ctx context.Context) error { return s.way.reach(ctx) }

// Reach is Reacher.
func (m mailOut) Reach(ctx context.Context) error { return m.reach(ctx) }

func (p printer) reach(context.Context) error { return ErrNowhere }

func (b simBox) reach(ctx context.Context) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", b.base.Host)
	if err != nil {
		return temporary("reach simulator", err)
	}
	return conn.Close()
}

// reach dials, starts TLS and logs in.
func (p post) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	client, err := p.client(ctx)
	if err != nil {
		return temporary("set up smtp", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return dialError(ctx, err)
	}
	return client.CloseWithSMTPClient(conn)
}
