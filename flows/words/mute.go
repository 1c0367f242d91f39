package words

import "guiwei/flows"

// mute turns reminders off or on, and says which.
func mute(off bool) flows.Verdict {
	if off {
		return flows.Redraw().Mute(true).Note("mute.off")
	}
	return flows.Redraw().Mute(false).Note("mute.on")
}

// goOn asks again what is under way.
func goOn(c flows.Conversation) flows.Verdict {
	if len(c.Frames) == 1 {
		return flows.End()
	}
	return flows.Redraw().Note("kit.welcome_back")
}
