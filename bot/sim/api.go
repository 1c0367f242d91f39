package sim

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
)

// method answers one Bot API call; it runs with Server.mu held.
type method func(c *call) (any, *apiError)

// call is one request to the Bot API.
type call struct {
	ctx    context.Context
	name   string            // as written in the address
	values map[string]string // JSON values in compact form, strings bare
	files  map[string]upload
	reply  bool // it came as the answer to a posted update
}

// apiError is an answer with ok=false, in Telegram's words.
type apiError struct {
	Code        int
	Description string
	RetryAfter  int
	MigrateTo   int64
}

func badRequest(text string) *apiError {
	return &apiError{Code: 400, Description: "Bad Request: " + text}
}
func forbidden(text string) *apiError { return &apiError{Code: 403, Description: "Forbidden: " + text} }

func (s *Server) methodTable() map[string]method {
	return map[string]method{
		"getme": s.getMe, "getupdates": s.getUpdates,
		"setwebhook": s.setWebhook, "deletewebhook": s.deleteWebhook, "getwebhookinfo": s.getWebhookInfo,
		"sendmessage": s.sendMessage, "sendphoto": s.sendPhoto, "senddocument": s.sendDocument,
		"sendmediagroup": s.sendMediaGroup, "sendchataction": s.sendChatAction,
		"editmessagetext": s.editMessageText, "editmessagecaption": s.editMessageCaption,
		"editmessagereplymarkup": s.editMessageReplyMarkup, "editmessagemedia": s.editMessageMedia,
		"deletemessage": s.deleteMessage, "deletemessages": s.deleteMessages,
		"answercallbackquery": s.answerCallbackQuery, "getfile": s.getFile,
		"getchat": s.getChat, "getchatmember": s.getChatMember,
		"getchatadministrators": s.getChatAdministrators, "getchatmembercount": s.getChatMemberCount,
		"leavechat": s.leaveChat, "pinchatmessage": s.pinChatMessage, "unpinchatmessage": s.unpinChatMessage,
		"setmycommands": s.setMyCommands, "getmycommands": s.getMyCommands, "deletemycommands": s.deleteMyCommands,
		"setmydescription": s.setProfile("description", 512), "setmyshortdescription": s.setProfile("short_description", 120),
		"setmyname": s.setProfile("name", 64), "getmydescription": s.getProfile("description"),
		"getmyshortdescription": s.getProfile("short_description"), "getmyname": s.getProfile("name"),
		"setchatmenubutton": s.setChatMenuButton, "getchatmenubutton": s.getChatMenuButton,
		"logout": s.yes, "close": s.yes,
	}
}

// serveAPI answers /bot<token>/<method>.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	token, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if token != s.opts.Token {
		writeAnswer(w, nil, &apiError{Code: 401, Description: "Unauthorized"})
		return
	}
	c, fault := readCall(w, r, name)
	if fault != nil {
		writeAnswer(w, nil, fault)
		return
	}
	s.answer(w, c)
}

// answer performs a call and tells the bot how it went.
func (s *Server) answer(w http.ResponseWriter, c *call) {
	s.begin(c)
	result, fault, hit := s.perform(c)
	switch {
	case hit.refused():
		hit.instead(w)
	case hit.lost():
		drop(w)
	default:
		s.auditAnswer(c, result, fault)
		writeAnswer(w, result, fault)
	}
}

// perform runs the faults that hit a call that has begun, the method, and records what happened.
func (s *Server) perform(c *call) (json.RawMessage, *apiError, hits) {
	s.auditCall(c)
	hit := s.faultsFor(c)
	if hit.before(c.ctx) {
		s.record(c, nil, nil, hit)
		return nil, nil, hit
	}
	result, fault := s.run(c)
	s.record(c, result, fault, hit)
	return result, fault, hit
}

// run looks the method up and runs it; the result is JSON already, made while the world stood still.
func (s *Server) run(c *call) (json.RawMessage, *apiError) {
	m := s.methods[strings.ToLower(c.name)]
	if m == nil {
		return nil, &apiError{Code: 404, Description: "Not Found"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	result, fault := m(c)
	if fault != nil {
		return nil, fault
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return nil, &apiError{Code: 500, Description: "Internal Server Error"}
	}
	return raw, nil
}

// answerBody is the envelope of every answer.
type answerBody struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result,omitempty"`
	Code        int             `json:"error_code,omitempty"`
	Description string          `json:"description,omitempty"`
	Parameters  object          `json:"parameters,omitempty"`
}

func writeAnswer(w http.ResponseWriter, result json.RawMessage, fault *apiError) {
	status := http.StatusOK
	if fault != nil {
		status = fault.Code
	}
	writeJSON(w, status, envelope(result, fault))
}

func envelope(result json.RawMessage, fault *apiError) answerBody {
	if fault != nil {
		return fault.body()
	}
	return answerBody{OK: true, Result: result}
}

func (s *Server) auditCall(c *call) {
	if s.opts.Auditor == nil {
		return
	}
	files := map[string][]byte{}
	for field, f := range c.files {
		files[field] = f.bytes
	}
	s.opts.Auditor.Call(c.name, c.values, files)
}

func (s *Server) auditAnswer(c *call, result json.RawMessage, fault *apiError) {
	if s.opts.Auditor == nil {
		return
	}
	if body, err := json.Marshal(envelope(result, fault)); err == nil {
		s.opts.Auditor.Answer(c.name, body)
	}
}

func (e *apiError) body() answerBody {
	body := answerBody{Code: e.Code, Description: e.Description}
	if e.RetryAfter > 0 {
		body.Parameters = object{"retry_after": e.RetryAfter}
	}
	if e.MigrateTo != 0 {
		body.Parameters = object{"migrate_to_chat_id": e.MigrateTo}
	}
	return body
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "encode answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the reader may be gone; nobody to tell
}

// drop ends a connection without an answer, with a reset where TCP allows it.
func drop(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a plain close will do
	}
	_ = conn.Close() // it is being broken on purpose
}
