package telegram

import (
	"encoding/json"
	"maps"
	"net/http"
)

// Reply is a call that Telegram makes for us because the answer to a posted
// update asks for it (Bot API, "Making requests when getting updates"): one
// HTTP exchange less. Nobody learns how it went, an answer that is lost on its
// way loses it, and there is one per update: it is for what may be lost. The
// zero Reply asks for nothing.
type Reply struct {
	method string
	params params
}

// AnswerCallback is Client.AnswerCallback as a Reply; false when one is asked
// for already.
func (r *Reply) AnswerCallback(id, text string) bool {
	if r.method != "" {
		return false
	}
	r.method, r.params = "answerCallbackQuery", params{"callback_query_id": id}
	r.params.text("text", text)
	return true
}

// write ends an acknowledgement: with the call, where one is asked for.
func (r *Reply) write(rw http.ResponseWriter) {
	if r.method == "" {
		rw.WriteHeader(http.StatusOK)
		return
	}
	said := maps.Clone(r.params)
	said["method"] = r.method
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(said) // whoever does not hear it posts the update again
}
