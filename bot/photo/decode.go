package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// errUnusual marks a sound JPEG of a kind that image/jpeg does not read.
var errUnusual = errors.New("unusual jpeg")

// decode makes pixels of a guarded source, by the decoder of its own format: image.Decode would ask every format that some
// import registered. A panic of a decoder is a broken picture, not a broken bot. It ends early when ctx does.
func decode(ctx context.Context, src source) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("decoder of %s panicked", src.kind)
		}
	}()
	in := &pages{ctx: ctx, left: bytes.NewReader(src.body)}
	switch src.kind {
	case KindJPEG:
		img, err = jpeg.Decode(in)
	case KindPNG:
		img, err = png.Decode(in)
	case KindGIF:
		img, err = gif.Decode(in)
	}
	var unusual jpeg.UnsupportedError
	if errors.As(err, &unusual) {
		return nil, errUnusual
	}
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", src.kind, err)
	}
	if img == nil || img.Bounds().Dx() != src.width || img.Bounds().Dy() != src.height {
		return nil, fmt.Errorf("decode %s: not the size that its header tells", src.kind)
	}
	return img, nil
}

// pages reads the source and stops when ctx is done: decoders know no contexts.
type pages struct {
	ctx  context.Context //nolint:containedctx // lives for one decode only, the decoder's Read takes none
	left *bytes.Reader
}

var _ io.Reader = (*pages)(nil)

// Read is io.Reader.
func (p *pages) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.left.Read(b)
}
