package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"github.com/looplab/fsm"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/locales"
)

// What both rivals say, about as long as what we say.
const (
	rivalAsk   = "<b>第 2 步，共 9 步</b>\n\n请填写证件号码，共 18 位，最后一位可以是 X。只用来查找学籍，不会给别人看。"
	rivalWrong = "这不是证件号码，请检查后再发一次。"
)

// rivalRows are the dialogue as a machine of eight states.
func rivalRows() fsm.Events {
	return fsm.Events{
		{Name: "start", Src: []string{"new", "home", "terms", "read", "id", "relation", "name"}, Dst: "home"},
		{Name: "register", Src: []string{"home"}, Dst: "terms"},
		{Name: "terms", Src: []string{"terms"}, Dst: "read"},
		{Name: "agree", Src: []string{"terms", "read"}, Dst: "id"},
		{Name: "relative", Src: []string{"id"}, Dst: "relation"},
		{Name: "relation.parent", Src: []string{"relation"}, Dst: "name"},
		{Name: "named", Src: []string{"name"}, Dst: "done"},
	}
}

// rivalState is what the rivals keep of a chat, as JSON in one key.
type rivalState struct {
	State string    `json:"state"`
	Name  string    `json:"name,omitempty"`
	At    time.Time `json:"at"`
}

// rivalEvent is what an update means: an act of a button, a command, or a text that the state judges.
func rivalEvent(state, text, data string) string {
	switch parts := strings.Split(data, "."); {
	case len(parts) > 4:
		return strings.Join(parts[3:len(parts)-1], ".")
	case text == "/start":
		return "start"
	case text == locales.Plain("zh-Hans", "button.relative", nil):
		return "relative"
	case state == "name" && len(text) > 3 && text[0] != '/':
		return "named"
	}
	return ""
}

// counted is a Redis client and the round trips it made.
func counted(url string) (*redis.Client, *atomic.Int64, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, nil, err
	}
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	rdb, trips := redis.NewClient(o), &atomic.Int64{}
	rdb.AddHook(tripHook{trips})
	return rdb, trips, nil
}

type tripHook struct{ trips *atomic.Int64 }

func (tripHook) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h tripHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { h.trips.Add(1); return next(ctx, cmd) }
}

func (h tripHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error { h.trips.Add(1); return next(ctx, cmds) }
}

// plain is the straightforward bot: the same client library, looplab/fsm and go-redis, each as its README shows it. It
// loads, runs and saves, then calls Telegram by the default HTTP client. No seen mark, version, outbox or seal.
type plain struct {
	api *tgbotapi.BotAPI
	rdb *redis.Client
}

func plainRacer(_ context.Context, p stall) (racer, error) {
	rdb, trips, err := counted(p.Redis)
	if err != nil {
		return racer{}, err
	}
	api := &tgbotapi.BotAPI{Token: demoToken, Client: &http.Client{}}
	api.SetAPIEndpoint(p.API + "/bot%s/%s")
	b := &plain{api: api, rdb: rdb}
	return racer{hook: b, trips: trips.Load, idle: func() bool { return true }, stop: func() { _ = rdb.Close() }}, nil
}

func (b *plain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	update, err := b.api.HandleUpdate(r)
	if err == nil {
		err = b.handle(r.Context(), update)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (b *plain) handle(ctx context.Context, u *tgbotapi.Update) error {
	chat, text, data := u.FromChat().ID, "", ""
	if u.Message != nil {
		text = u.Message.Text
	} else {
		data = u.CallbackQuery.Data
	}
	key := "plain:" + strconv.FormatInt(chat, 10)
	state := rivalState{State: "new"}
	raw, err := b.rdb.Get(ctx, key).Bytes()
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	if err == nil {
		if err := json.Unmarshal(raw, &state); err != nil {
			return err
		}
	}
	machine := fsm.NewFSM(state.State, rivalRows(), fsm.Callbacks{})
	words := rivalAsk
	if machine.Event(ctx, rivalEvent(state.State, text, data)) != nil {
		words = rivalWrong
	}
	state.State, state.At = machine.Current(), time.Now()
	if raw, err = json.Marshal(state); err != nil {
		return err
	}
	if err := b.rdb.Set(ctx, key, raw, 0).Err(); err != nil {
		return err
	}
	return b.say(u, chat, words)
}

func (b *plain) say(u *tgbotapi.Update, chat int64, words string) error {
	keyboard := tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(
		tgbotapi.NewInlineKeyboardButtonData("本人", "self"), tgbotapi.NewInlineKeyboardButtonData("亲属", "relative")))
	if u.CallbackQuery == nil {
		m := tgbotapi.NewMessage(chat, words)
		m.ParseMode, m.ReplyMarkup = "HTML", keyboard
		_, err := b.api.Send(m)
		return err
	}
	if _, err := b.api.Request(tgbotapi.NewCallback(u.CallbackQuery.ID, "")); err != nil {
		return err
	}
	e := tgbotapi.NewEditMessageTextAndMarkup(chat, u.CallbackQuery.Message.MessageID, words, keyboard)
	e.ParseMode = "HTML"
	_, err := b.api.Send(e)
	return err
}

// floor is the least that keeps a state in Redis: net/http, one script, and the words in the webhook's own answer. It
// leaves the spinner of a tapped button turning, sees no error, and loses the words when its answer is lost.
type floor struct {
	rdb  *redis.Client
	move *redis.Script
}

const floorScript = `local was = redis.call('GET', KEYS[1]) or 'new'
local to = ARGV[1] ~= '' and ARGV[1] or was
redis.call('SET', KEYS[1], to .. ARGV[2])
return was`

func floorRacer(_ context.Context, p stall) (racer, error) {
	rdb, trips, err := counted(p.Redis)
	if err != nil {
		return racer{}, err
	}
	b := &floor{rdb: rdb, move: redis.NewScript(floorScript)}
	return racer{hook: b, trips: trips.Load, idle: func() bool { return true }, stop: func() { _ = rdb.Close() }}, nil
}

type floorUpdate struct {
	Message *floorMessage `json:"message"`
	Query   *struct {
		Data    string       `json:"data"`
		Message floorMessage `json:"message"`
	} `json:"callback_query"`
}

type floorMessage struct {
	Text string `json:"text"`
	ID   int    `json:"message_id"`
	Chat struct {
		ID int64 `json:"id"`
	} `json:"chat"`
}

type floorAnswer struct {
	Method  string          `json:"method"`
	Chat    int64           `json:"chat_id"`
	Message int             `json:"message_id,omitempty"`
	Text    string          `json:"text"`
	Mode    string          `json:"parse_mode"`
	Markup  json.RawMessage `json:"reply_markup"`
}

const floorMarkup = `{"inline_keyboard":[[{"text":"本人","callback_data":"self"},{"text":"亲属","callback_data":"relative"}]]}`

func (b *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var u floorUpdate
	if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	answer := floorAnswer{Method: "sendMessage", Text: rivalAsk, Mode: "HTML", Markup: json.RawMessage(floorMarkup)}
	to := ""
	if u.Message != nil {
		answer.Chat, to = u.Message.Chat.ID, rivalEvent("", u.Message.Text, "")
	} else {
		answer.Chat, answer.Method, answer.Message = u.Query.Message.Chat.ID, "editMessageText", u.Query.Message.ID
		to = rivalEvent("", "", u.Query.Data)
	}
	err := b.move.Run(r.Context(), b.rdb, []string{"floor:" + strconv.FormatInt(answer.Chat, 10)}, to, strings.Repeat(" ", 50)).Err()
	if err != nil {
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}
