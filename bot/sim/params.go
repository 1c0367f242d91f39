package sim

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// upload is a file that came with a request.
type upload struct {
	name  string
	bytes []byte
}

// readCall takes the parameters of a call from the address, a form, a multipart form or JSON.
func readCall(w http.ResponseWriter, r *http.Request, name string) (*call, *apiError) {
	c := &call{ctx: r.Context(), name: name, values: map[string]string{}, files: map[string]upload{}}
	c.take(r.URL.Query())
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return nil, &apiError{Code: 405, Description: "Method Not Allowed"}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+1<<20)
	err := c.readBody(r)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, &apiError{Code: 413, Description: "Request Entity Too Large"}
	}
	if err != nil {
		return nil, badRequest("can't parse request: " + err.Error())
	}
	return c, nil
}

func (c *call) take(values url.Values) {
	for k, v := range values {
		if len(v) > 0 {
			c.values[k] = v[len(v)-1]
		}
	}
}

func (c *call) readBody(r *http.Request) error {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		return c.readParts(multipart.NewReader(r.Body, params["boundary"]))
	case "application/json":
		return c.readJSON(r.Body)
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	c.take(r.PostForm)
	return nil
}

func (c *call) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			c.values[part.FormName()] = string(body)
			continue
		}
		c.files[part.FormName()] = upload{name: part.FileName(), bytes: body}
	}
}

func (c *call) readJSON(body io.Reader) error {
	var raw map[string]json.RawMessage
	err := json.NewDecoder(body).Decode(&raw)
	if errors.Is(err, io.EOF) {
		return nil
	}
	for k, v := range raw {
		var text string
		if json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		if text != "null" {
			c.values[k] = text
		}
	}
	return err
}

// number is an Integer parameter, or missing when there is none.
func (c *call) number(key string, missing int) int {
	n, err := strconv.Atoi(c.values[key])
	if err != nil {
		return missing
	}
	return n
}

// flag is a Boolean parameter, as lenient as the server: true, True, 1.
func (c *call) flag(key string) bool {
	switch strings.ToLower(c.values[key]) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// target finds the chat of chat_id and tells why the bot may not write there.
func (s *Server) target(c *call) (*chat, *apiError) {
	to, fault := s.chatByID(c)
	if fault != nil {
		return nil, fault
	}
	return to, s.mayWrite(to)
}

func (s *Server) chatByID(c *call) (*chat, *apiError) {
	if c.values["chat_id"] == "" {
		return nil, badRequest("chat_id is empty")
	}
	id, err := strconv.ParseInt(c.values["chat_id"], 10, 64)
	to := s.world.chats[id]
	if err != nil || to == nil || !s.known(to) {
		return nil, badRequest("chat not found")
	}
	return to, nil
}

// known says whether the bot can have heard of a chat: people it met here or in a group, groups it was in.
func (s *Server) known(c *chat) bool {
	if c.kind != private {
		return c.members[botID] != "" || c.movedTo != 0
	}
	if p := s.world.person(c.id); p.Started || p.Blocked {
		return true
	}
	for _, g := range s.world.chats {
		if g.kind != private && present(g.members[botID]) && g.members[c.id] != "" {
			return true
		}
	}
	return false
}

func (s *Server) mayWrite(c *chat) *apiError {
	if c.kind == private {
		p := s.world.person(c.id)
		if p.Blocked {
			return forbidden("bot was blocked by the user")
		}
		if !p.Started {
			return forbidden("bot can't initiate conversation with a user")
		}
		return nil
	}
	if c.movedTo != 0 {
		fault := badRequest("group chat was upgraded to a supergroup chat")
		fault.MigrateTo = c.movedTo
		return fault
	}
	name := map[string]string{basicGroup: "group", supergroup: "supergroup"}[c.kind]
	switch c.members[botID] {
	case statusKicked:
		return forbidden("bot was kicked from the " + name + " chat")
	case statusLeft:
		return forbidden("bot is not a member of the " + name + " chat")
	}
	return nil
}

func tooMany(seconds int) *apiError {
	return &apiError{Code: 429, Description: "Too Many Requests: retry after " + strconv.Itoa(seconds), RetryAfter: seconds}
}
