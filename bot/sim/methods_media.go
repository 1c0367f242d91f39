package sim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// media is the picture or file of a message to be sent.
type media struct {
	photo    []*file
	document *file
}

// into puts the media on a message in place of what it had.
func (m media) into(to *message) { to.photo, to.document = m.photo, m.document }

// rawMedia is an InputMediaPhoto or InputMediaDocument.
type rawMedia struct {
	Type     string          `json:"type"`
	Media    string          `json:"media"`
	Caption  string          `json:"caption"`
	Mode     string          `json:"parse_mode"`
	Entities json.RawMessage `json:"caption_entities"`
}

func (s *Server) sendPhoto(c *call) (any, *apiError)    { return s.sendFile(c, "photo") }
func (s *Server) sendDocument(c *call) (any, *apiError) { return s.sendFile(c, "document") }

func (s *Server) sendFile(c *call, kind string) (any, *apiError) {
	o, fault := s.outgoing(c)
	if fault != nil {
		return nil, fault
	}
	m := o.msg
	if m.caption, m.capEnts, fault = caption(c.values["caption"], c.values["parse_mode"], c.values["caption_entities"]); fault != nil {
		return nil, fault
	}
	ref := c.values[kind]
	if _, uploaded := c.files[kind]; uploaded {
		ref = "attach://" + kind
	}
	got, fault := s.media(c, kind, ref)
	if fault != nil {
		return nil, fault
	}
	if fault := s.charge(o.to, 1); fault != nil {
		return nil, fault
	}
	got.into(&m)
	s.send(o, &m)
	return s.messageObject(&m, true), nil
}

func caption(text, mode, entities string) (string, []Entity, *apiError) {
	text, ents, fault := formattedText(text, mode, entities)
	if fault == nil && units(text) > maxCaption {
		return "", nil, badRequest("message caption is too long")
	}
	return text, ents, fault
}

// media finds or stores what a field of kind photo or document refers to: attach://<field> or a file_id.
func (s *Server) media(c *call, kind, ref string) (media, *apiError) {
	if ref == "" {
		return media{}, badRequest("there is no " + kind + " in the request")
	}
	field, attached := strings.CutPrefix(ref, "attach://")
	if attached {
		up, ok := c.files[field]
		if !ok || len(up.bytes) == 0 {
			return media{}, badRequest("file must be non-empty")
		}
		return s.uploaded(kind, up)
	}
	if strings.HasPrefix(ref, "http://") || strings.HasPrefix(ref, "https://") {
		return media{}, badRequest("failed to get HTTP URL content")
	}
	f := s.files.byID[ref]
	if f == nil {
		return media{}, badRequest("wrong file identifier/HTTP URL specified")
	}
	isPhoto := len(f.sizes) > 0
	if isPhoto != (kind == "photo") {
		return media{}, badRequest(fmt.Sprintf("can't use file of type %s as %s", fileType(isPhoto), title(kind)))
	}
	if isPhoto {
		return media{photo: f.sizes}, nil // whichever size was named, the whole photo is sent
	}
	return media{document: f}, nil
}

func fileType(photo bool) string {
	if photo {
		return "Photo"
	}
	return "Document"
}

func title(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

// uploaded stores a file the bot sent. Scaling a photo takes a while: the world goes on meanwhile.
func (s *Server) uploaded(kind string, up upload) (media, *apiError) {
	if kind == "document" {
		return media{document: s.storeDocument(up)}, nil
	}
	if len(up.bytes) > maxPhotoUpload {
		return media{}, badRequest(fmt.Sprintf("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(up.bytes), maxPhotoUpload))
	}
	s.mu.Unlock()
	made, err := renditions(up.bytes)
	s.mu.Lock()
	if err != nil {
		return media{}, badRequest(err.Error())
	}
	return media{photo: s.storePhoto(made)}, nil
}

func (s *Server) sendMediaGroup(c *call) (any, *apiError) {
	o, fault := s.outgoing(c)
	if fault != nil {
		return nil, fault
	}
	if o.keys.given {
		return nil, badRequest("reply markup is not allowed in albums")
	}
	var items []rawMedia
	if json.Unmarshal([]byte(c.values["media"]), &items) != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	if len(items) < 2 || len(items) > 10 {
		return nil, badRequest("wrong number of messages in the album; must be 2-10") // Telegram: 2-10 items
	}
	batch, fault := s.albumMessages(c, o, items)
	if fault != nil {
		return nil, fault
	}
	if fault := s.charge(o.to, len(batch)); fault != nil {
		return nil, fault
	}
	return s.postAlbum(batch), nil
}

// albumMessages makes the messages of an album; documents and photos do not mix.
func (s *Server) albumMessages(c *call, o outgoing, items []rawMedia) ([]*message, *apiError) {
	var batch []*message
	for _, item := range items {
		if item.Type != items[0].Type {
			return nil, badRequest("documents can't be mixed with other media types")
		}
		m := o.msg
		if fault := s.fill(c, &m, item); fault != nil {
			return nil, fault
		}
		batch = append(batch, &m)
	}
	return batch, nil
}

// fill puts media and caption of an InputMedia on a message.
func (s *Server) fill(c *call, m *message, item rawMedia) *apiError {
	if item.Type != "photo" && item.Type != "document" {
		return badRequest("can't parse InputMedia: type must be photo or document here")
	}
	got, fault := s.media(c, item.Type, item.Media)
	if fault != nil {
		return fault
	}
	got.into(m)
	m.text, m.ents = "", nil
	m.caption, m.capEnts, fault = caption(item.Caption, item.Mode, string(item.Entities))
	return fault
}

func (s *Server) postAlbum(batch []*message) []object {
	album := s.nextAlbum()
	sent := []object{}
	for _, m := range batch {
		m.album = album
		s.post(m)
		sent = append(sent, s.messageObject(m, true))
	}
	return sent
}

func (s *Server) nextAlbum() string {
	s.world.serial++
	return decimal(13500000000000000 + int64(s.world.serial))
}
