package words

import "guiwei/flows"

// forgotten ends whatever a chat did for an account that is erased, and gives the proof of it.
func forgotten(c flows.Conversation, in flows.Input) flows.Verdict {
	if c.Login == nil || c.Login.Account.ID != in.Subject {
		return flows.Silent(flows.Tell{Chat: in.Chat, Phrase: flows.Say("erase.done", "proof", in.Text), Lang: c.Language})
	}
	return flows.End().LogOut().Note("erase.done", "proof", in.Text)
}
