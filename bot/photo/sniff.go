package photo

import (
	"bytes"
	"unicode/utf8"
)

// Kinds that sniff tells apart. Only JPEG, PNG, GIF and WebP are decoded; the others exist so that a refusal can name them.
const (
	KindJPEG           = "jpeg"
	KindPNG            = "png"
	KindGIF            = "gif"
	KindJPEGArithmetic = "jpeg_arithmetic" // rare codings of JPEG that no Go decoder reads
	KindJPEGLossless   = "jpeg_lossless"
	KindJPEG12Bit      = "jpeg_12bit"
	KindJPEGUnusual    = "jpeg_unusual"
	KindWebP           = "webp"
	KindHEIC           = "heic"
	KindAVIF           = "avif"
	KindBMP            = "bmp"
	KindTIFF           = "tiff"
	KindSVG            = "svg"
	KindMP4            = "mp4" // and QuickTime
	KindPDF            = "pdf"
	KindZIP            = "zip" // and what is built on it: docx, xlsx, apk
	KindHTML           = "html"
	KindText           = "text"
)

// sniffBytes is how much of a file sniff reads.
const sniffBytes = 1024

// sniff names a file by its first bytes; "" when it knows none. The name a file came under plays no part.
func sniff(raw []byte) string {
	head := raw[:min(len(raw), sniffBytes)]
	for _, m := range []struct{ magic, kind string }{
		{"\xff\xd8\xff", KindJPEG},
		{pngMagic, KindPNG},
		{"GIF87a", KindGIF}, {"GIF89a", KindGIF},
		{"BM", KindBMP},
		{"II*\x00", KindTIFF}, {"MM\x00*", KindTIFF}, {"II+\x00", KindTIFF}, {"MM\x00+", KindTIFF},
		{"%PDF-", KindPDF},
		{"PK\x03\x04", KindZIP}, {"PK\x05\x06", KindZIP},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.kind
		}
	}
	if len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP" {
		return KindWebP
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		return sniffBrand(head)
	}
	return sniffText(head)
}

// sniffBrand tells the formats built on ISO 14496-12 boxes apart by the brands in the ftyp box, the major one first.
func sniffBrand(head []byte) string {
	end := min(len(head), int(head[2])<<8|int(head[3]))
	for at := 8; at+4 <= end; at += 4 {
		switch string(head[at : at+4]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx":
			return KindHEIC
		case "avif", "avis":
			return KindAVIF
		case "mp41", "mp42", "isom", "iso2", "avc1", "qt  ", "M4V ", "3gp4", "3gp5":
			return KindMP4
		}
	}
	if major := string(head[8:12]); major == "mif1" || major == "msf1" {
		return KindHEIC
	}
	return ""
}

// sniffText knows text by the absence of control bytes; the cut end of the window may split a character.
func sniffText(head []byte) string {
	text := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for i := 0; i < utf8.UTFMax-1 && !utf8.Valid(text) && len(text) > 0; i++ {
		text = text[:len(text)-1]
	}
	if len(text) == 0 || !utf8.Valid(text) || bytes.ContainsFunc(text, isControl) {
		return ""
	}
	lower := bytes.ToLower(text)
	switch {
	case bytes.Contains(lower, []byte("<svg")):
		return KindSVG
	case bytes.Contains(lower, []byte("<html")), bytes.Contains(lower, []byte("<!doctype html")):
		return KindHTML
	}
	return KindText
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f'
}
