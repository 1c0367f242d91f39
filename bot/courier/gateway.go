package courier

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// gateway is https://: a school's own service, made to be written in an hour
// (README, "Text messages", tells it to its author).
//
//	POST the address without key=
//	Content-Type: application/json
//	Idempotency-Key: 5f0c…             the body's id
//	X-Guiwei-Timestamp: 1795478400     Unix seconds; refuse what is 5 minutes off
//	X-Guiwei-Signature: 9a41…          hex HMAC-SHA-256(key, timestamp + "." + body)
//
//	{"id":"5f0c…","to":"+8613…","kind":"code","lang":"zh-Hans","text":"…","params":{"code":"123456","minutes":"10","operator":"…"}}
//
// 2xx is sent, or sent before under this id; 422 that this number takes none;
// 429 or 503 later (Retry-After); 401 a wrong signature. kind "check" sends
// nothing and has an id only. Since an id is sent once, a request without an
// answer is repeated once.
type gateway struct {
	wire
	key []byte
	now func() time.Time
}

const gatewayForm = "https://HOST/PATH?key=AT-LEAST-32-CHARACTERS"

func openGateway(raw string, o options) (gateway, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return gateway{}, errors.New("an address cannot be read; want " + gatewayForm)
	}
	if u.Scheme != "https" && !o.clear {
		return gateway{}, errors.New("http:// sends codes in clear: only with ALLOW_INSECURE=true")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return gateway{}, errors.New("what follows ? cannot be read; want " + gatewayForm)
	}
	key := q.Get("key")
	if len(key) < 32 {
		return gateway{}, errors.New("key= is missing or shorter than 32 characters; openssl rand -hex 32 makes one")
	}
	q.Del("key")
	u.RawQuery, u.Fragment = q.Encode(), ""
	return gateway{newWire("gateway", u, o), []byte(key), o.now}, nil
}

// order is the body.
type order struct {
	ID     string            `json:"id"`
	To     string            `json:"to,omitempty"`
	Kind   Kind              `json:"kind"`
	Lang   string            `json:"lang,omitempty"`
	Text   string            `json:"text,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

func (g gateway) send(ctx context.Context, m Message) error {
	o := order(m)
	err := g.post(ctx, o)
	if errors.Is(err, ErrUnsure) && ctx.Err() == nil {
		return g.post(ctx, o)
	}
	return err
}

// reach sends an order of kind "check". A gateway that does not know it has
// still judged the signature, if it judges at all.
func (g gateway) reach(ctx context.Context) error {
	err := g.post(ctx, order{ID: "check", Kind: "check"})
	if errors.Is(err, ErrPermanent) {
		return fault{what: "gateway knows no check", kind: ErrUntried}
	}
	return err
}

func (g gateway) post(ctx context.Context, o order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return fault{what: "write request", kind: ErrPermanent}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.base.String(), bytes.NewReader(body))
	if err != nil {
		return fault{what: "write request", kind: ErrMisconfigured}
	}
	stamp := strconv.FormatInt(g.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", o.ID)
	req.Header.Set("X-Guiwei-Timestamp", stamp)
	req.Header.Set("X-Guiwei-Signature", hex.EncodeToString(keyed(g.key, stamp+"."+string(body))))
	r, err := g.do(ctx, req)
	switch {
	case err != nil:
		return err
	case r.status >= 200 && r.status < 300:
		return nil
	case r.status == http.StatusUnprocessableEntity:
		return fault{what: "gateway answers status 422", kind: ErrPermanent, wait: r.wait}
	}
	return g.failed(r)
}
