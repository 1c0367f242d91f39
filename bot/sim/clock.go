package sim

import "time"

// now is the simulator's time; the caller holds mu.
func (s *Server) now() time.Time {
	if !s.frozen.IsZero() {
		return s.frozen
	}
	return s.opts.Now().Add(s.offset)
}

// Now is the simulator's time.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Advance moves the simulator's clock forward.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	if !s.frozen.IsZero() {
		s.frozen = s.frozen.Add(d)
	}
	s.moved()
}

// Freeze makes the clock stand still at t, or run again when t is zero.
func (s *Server) Freeze(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = t
	s.moved()
}
