package storagetest

import (
	"bufio"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// FaultProxy stands before one Redis and does what networks do. It counts commands, not bytes, and passes the handshake
// of a connection (HELLO, AUTH, CLIENT, SELECT) uncounted. It knows nothing of subscriptions.
type FaultProxy struct {
	URL string // of the proxy, in the target's own form

	target   string
	listener net.Listener
	links    sync.WaitGroup
	over     chan struct{}

	mu       sync.Mutex
	open     map[net.Conn]bool
	cut      bool
	closed   bool
	delay    time.Duration
	stall    time.Duration
	stallAt  int // every n-th reply is a stall; 0 for none
	replies  int
	commands int
	lost     int
	loseAt   int // the command whose reply is lost; 0 for none
	every    int
}

// Proxy starts a proxy before the single server at target, for this test alone.
func Proxy(tb testing.TB, target string) *FaultProxy {
	tb.Helper()
	to, err := url.Parse(target)
	if err != nil || to.Scheme != "redis" {
		tb.Fatal("storagetest: a proxy stands before one server (redis://): cluster nodes would tell their true addresses")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to wait for on loopback
	if err != nil {
		tb.Fatalf("storagetest: proxy: %v", err)
	}
	p := &FaultProxy{target: to.Host, listener: l, over: make(chan struct{}), open: map[net.Conn]bool{}}
	to.Host = l.Addr().String()
	p.URL = to.String()
	p.links.Go(p.accept)
	tb.Cleanup(p.end)
	return p
}

// LoseReply loses the reply to the n-th command from now, 1 being the next: Redis executes it, the client never learns, and
// the connection is closed. What the client sent behind it on the same connection does not reach Redis.
func (p *FaultProxy) LoseReply(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loseAt = p.commands + n
}

// LoseEvery loses the reply to every n-th command from now; 0 ends it.
func (p *FaultProxy) LoseEvery(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.every = n
}

// Delay holds back each reply for d, until told otherwise: as a long line does, so those of a pipeline come together.
func (p *FaultProxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Stall holds back every n-th reply for d, and all behind it on its connection; 0 ends it.
func (p *FaultProxy) Stall(n int, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stallAt, p.stall = n, d
}

// Cut closes all connections and every new one, until Mend.
func (p *FaultProxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	p.closeAll()
}

// Mend lets connections through again.
func (p *FaultProxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// Commands counts the commands that were sent so far.
func (p *FaultProxy) Commands() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.commands
}

// Lost counts the replies that were lost: a test looks here to know that its fault came to pass.
func (p *FaultProxy) Lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

func (p *FaultProxy) end() {
	p.mu.Lock()
	p.closed = true
	p.closeAll()
	p.mu.Unlock()
	close(p.over)
	p.listener.Close()
	p.links.Wait()
}

// closeAll is called with the lock held.
func (p *FaultProxy) closeAll() {
	for c := range p.open {
		c.Close()
	}
	clear(p.open)
}

func (p *FaultProxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.links.Go(func() { p.serve(client) })
	}
}

// keep notes a connection for closeAll; false when the proxy is cut, and the connection is closed.
func (p *FaultProxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut || p.closed {
		c.Close()
		return false
	}
	p.open[c] = true
	return true
}

func (p *FaultProxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
	c.Close()
}

func (p *FaultProxy) serve(client net.Conn) {
	if !p.keep(client) {
		return
	}
	defer p.drop(client)
	server, err := net.Dial("tcp", p.target) //nolint:noctx // loopback
	if err != nil || !p.keep(server) {
		return
	}
	defer p.drop(server)
	l := &link{proxy: p, client: client, server: server, fates: make(chan bool, 1024), over: make(chan struct{})}
	var up sync.WaitGroup
	up.Go(l.up)
	l.down()
	close(l.over)
	p.drop(client)
	p.drop(server)
	up.Wait()
}

// fate counts one command and says whether its reply is to be lost.
func (p *FaultProxy) fate(name string) bool {
	if strings.Contains(" HELLO AUTH CLIENT SELECT ", " "+name+" ") {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commands++
	if p.commands == p.loseAt {
		return true
	}
	return p.every > 0 && p.commands%p.every == 0
}

func (p *FaultProxy) note(lost bool) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if lost {
		p.lost++
	}
	p.replies++
	if p.stallAt > 0 && p.replies%p.stallAt == 0 {
		return p.delay + p.stall
	}
	return p.delay
}

// link is one connection through the proxy. fates holds, oldest first, what shall become of the replies still to come.
type link struct {
	proxy          *FaultProxy
	client, server net.Conn
	fates          chan bool
	over           chan struct{}
}

// up carries commands to the server. Behind a command whose reply will be lost it carries nothing more. When the client
// goes, the server's side is closed, which ends down.
func (l *link) up() {
	defer close(l.fates)
	from := bufio.NewReader(l.client)
	for {
		raw, name, err := readCommand(from)
		if err != nil {
			l.server.Close()
			return
		}
		lose := l.proxy.fate(name)
		select {
		case l.fates <- lose:
		case <-l.over:
			return
		}
		if _, err := l.server.Write(raw); err != nil || lose {
			return
		}
	}
}

// down carries replies to the client until one is to be lost. A reply nobody asked for ("max number of clients") has no fate
// and waits until the client goes.
func (l *link) down() {
	late := make(chan reply, 1024)
	var writing sync.WaitGroup
	writing.Go(func() { l.write(late) })
	defer writing.Wait()
	defer close(late)
	from := bufio.NewReader(l.server)
	for {
		raw, push, err := readReply(from)
		if err != nil {
			return
		}
		lose := !push && <-l.fates
		wait := l.proxy.note(lose)
		if lose {
			return
		}
		late <- reply{raw, time.Now().Add(wait)}
	}
}

// reply is one to be written when its time has come.
type reply struct {
	raw []byte
	at  time.Time
}

// write carries replies to the client; where the client has gone, it takes them so that down does not wait.
func (l *link) write(late <-chan reply) {
	gone := false
	for r := range late {
		l.pause(time.Until(r.at))
		if gone {
			continue
		}
		if _, err := l.client.Write(r.raw); err != nil {
			gone = true
			l.server.Close()
		}
	}
}

// pause is the injected latency; up keeps carrying meanwhile.
func (l *link) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.proxy.over:
	}
}
