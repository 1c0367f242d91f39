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

	"golang.org/x/image/webp"

	"guiwei/bot/photo/dct"
)

var (
	errUnusual = errors.New("unusual jpeg")             // sound, and of a kind that image/jpeg does not read
	errHeavy   = errors.New("too heavy for image/jpeg") // of a kind that only image/jpeg reads
)

// plate is a source made into upright planes, and into smaller ones where its budget asks for them.
type plate struct {
	planes  dct.Picture
	sides   []int // long sides that smaller can make, falling, the planes' own first
	smaller func(ctx context.Context, i int) (dct.Picture, error)
}

// open makes the planes of a guarded source: a usual JPEG by its blocks, everything else by the decoder of its own format
// (image.Decode would ask every format that some import registered) and imaging. Such a
// JPEG comes at n eighths. A panic of a decoder is a broken picture, not a broken bot. It ends early when ctx does.
func open(ctx context.Context, src source, n int) (p plate, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			p, err = plate{}, fmt.Errorf("decoder of %s panicked", src.kind)
		}
	}()
	if src.kind == KindJPEG {
		p, err = openBlocks(ctx, src, n)
		if !errors.Is(err, dct.ErrUnusual) {
			return p, err
		}
		if src.heavy {
			return plate{}, errHeavy
		}
	}
	return openPixels(ctx, src)
}

// openBlocks reads a usual JPEG at most eighths; for its budget it may become one smaller after the other.
func openBlocks(ctx context.Context, src source, most int) (plate, error) {
	long := src.longSide()
	p, from := plate{sides: []int{min(KeepSide, dct.Size(long, most))}}, []int{most} // eighths that each side is made of
	for n := most - 1; n > 0 && dct.Size(long, n) >= lastSide; n-- {
		if side := p.sides[len(p.sides)-1]; side > LongSide && dct.Size(long, n) < LongSide {
			p.sides, from = append(p.sides, LongSide), append(from, n+1)
		}
		p.sides, from = append(p.sides, dct.Size(long, n)), append(from, n)
	}
	p.smaller = func(ctx context.Context, i int) (dct.Picture, error) {
		planes, err := dct.Decode(ctx, src.body, from[i])
		if err != nil {
			return dct.Picture{}, fmt.Errorf("decode jpeg: %w", err)
		}
		if w, h := planes.Y.Width, planes.Y.Height; w != dct.Size(src.width, from[i]) || h != dct.Size(src.height, from[i]) {
			return dct.Picture{}, errors.New("decode jpeg: not the size that its header tells")
		}
		return planes.Shrink(p.sides[i]).Turn(src.orientation), nil
	}
	var err error
	p.planes, err = p.smaller(ctx, 0)
	return p, err
}

// rewrite is a usual JPEG of the same pixels with nothing else of its sender's; nil where it is of a kind that has none.
func rewrite(ctx context.Context, src source) (out []byte) {
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	out, err := dct.Rewrite(ctx, src.body)
	if err != nil {
		return nil
	}
	return out
}

// fullEighths is at how many of its eighths a side is as long as results are: LongSide to KeepSide. Where none is, it is longer.
func fullEighths(side int) int {
	n := eighths(side, KeepSide)
	if n < 8 && dct.Size(side, n) < LongSide {
		n++
	}
	return n
}

// eighths is at how many of its eighths a side is as long as told, or a little shorter.
func eighths(side, most int) int { return max(1, min(8, 8*most/max(1, side))) }

// openPixels reads any other picture: scaled, then turned, then parted into planes.
func openPixels(ctx context.Context, src source) (plate, error) {
	img, err := decode(ctx, src)
	if err != nil {
		return plate{}, err
	}
	pic := orient(scale(img, LongSide), src.orientation)
	long := max(pic.Rect.Dx(), pic.Rect.Dy())
	p := plate{planes: planes(pic), sides: []int{long}}
	for _, side := range []int{2048, 1600, 1280, 960, lastSide} {
		if side < long {
			p.sides = append(p.sides, side)
		}
	}
	p.smaller = func(_ context.Context, i int) (dct.Picture, error) { return planes(shrink(pic, p.sides[i])), nil }
	return p, nil
}

// decode makes pixels of a guarded source.
func decode(ctx context.Context, src source) (img image.Image, err error) {
	in := &pages{ctx: ctx, left: bytes.NewReader(src.body)}
	switch src.kind {
	case KindJPEG:
		img, err = jpeg.Decode(in)
	case KindPNG:
		img, err = png.Decode(in)
	case KindGIF:
		img, err = gif.Decode(in)
	case KindWebP:
		img, err = webp.Decode(in)
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
