package sim

// Letter is an SMS or an e-mail in the page's inbox.
type Letter struct {
	ID      int    `json:"id"`
	Kind    string `json:"kind"` // sms, mail
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	At      int64  `json:"at"` // unix ms
}

// Receive puts a letter into the inbox; ID and At are filled in.
func (s *Server) Receive(l Letter) Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.ID, l.At = len(s.inbox)+1, s.now().UnixMilli()
	s.inbox = append(s.inbox, l)
	s.tell(Event{"type": "inbox", "item": l})
	return l
}

// Inbox lists the letters, oldest first; to, when given, names the receiver.
func (s *Server) Inbox(to string) []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Letter{}
	for _, l := range s.inbox {
		if to == "" || l.To == to {
			found = append(found, l)
		}
	}
	return found
}
