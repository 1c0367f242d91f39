package effects

import (
	"context"
	"errors"
	"log/slog"

	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/locales"
)

// EverywhereWords are shown where no other menu is set.
func EverywhereWords() []string { return []string{"start", "help", "language"} }

// PrivateWords are the commands of everybody's menu, GroupWords those of every group's.
func PrivateWords() []string {
	return []string{"start", "login", "forgot", "status", "help", "back", "cancel", "language", "export", "erase", "mute", "whoami"}
}

// GroupWords are what a group understands: a bound group, too, may be bound anew, and nothing else is said in it.
func GroupWords() []string { return []string{"bind"} }

// DeskWords are what the reviewers' group understands besides.
func DeskWords() []string { return append(GroupWords(), flows.DeskWords...) }

// Commands puts a menu into a language.
func Commands(lang string, words []string) []telegram.Command {
	commands := make([]telegram.Command, len(words))
	for i, w := range words {
		text := flows.Say("commands." + w)
		commands[i] = telegram.Command{Name: w, Description: text.Plain(lang)}
	}
	return commands
}

// OwnerMenus gives the owners their menu, in the language each has chosen, else in the client's.
func (r *Runner) OwnerMenus(ctx context.Context) error {
	for _, owner := range r.Owners {
		c, err := r.Store.Load(ctx, owner, "menu")
		if err != nil {
			return err
		}
		lang := ""
		if c.Conversation.Chosen {
			lang = c.Conversation.Language
		}
		if err := r.menu(ctx, owner, lang); err != nil {
			return err
		}
	}
	return nil
}

// menu sets a chat's own menu: in one language, or by the client's where lang is empty.
func (r *Runner) menu(ctx context.Context, chat int64, lang string) error {
	words := PrivateWords()
	if r.owner(chat) {
		words = append(words, "review", "invite")
	}
	return r.setMenu(ctx, chat, lang, words)
}

// reviewMenu shows /review to whoever wanted a case and is no reviewer yet.
func (r *Runner) reviewMenu(ctx context.Context, chat int64) error {
	if r.owner(chat) {
		return nil // has it already
	}
	c, err := r.Store.Load(ctx, chat, "menu")
	if err != nil {
		return err
	}
	return r.setMenu(ctx, chat, c.Conversation.Language, append(PrivateWords(), "review"))
}

// setMenu sets a chat's menu under every code, since one of the client's language would win over one of all. A chat that
// takes none is no fault: the menu of all private chats stays.
func (r *Runner) setMenu(ctx context.Context, chat int64, lang string, words []string) error {
	for _, l := range locales.Languages {
		code, shown := locales.MenuCode(l)
		if !shown {
			continue
		}
		if lang != "" {
			l = lang
		}
		err := r.Chats.SetMyCommands(ctx, Commands(l, words), telegram.CommandScope{Kind: "chat", Chat: chat}, code)
		if errors.Is(err, telegram.ErrRetry) {
			return err
		}
		if err != nil {
			r.Log.LogAttrs(ctx, slog.LevelDebug, "menu of a chat not set", slog.String("cause", err.Error()))
			return nil
		}
	}
	return nil
}
