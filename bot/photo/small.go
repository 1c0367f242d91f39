package photo

import (
	"context"
	"errors"
	"image"
)

// ErrUnseen is a picture that cannot be shown.
var ErrUnseen = errors.New("no picture to show")

// Small is the upright picture with a long side of at most SmallSide, whatever a judge would say of it.
func (r *Room) Small(ctx context.Context, raw []byte) (image.Image, error) {
	only := *r
	only.judge = func(Picture) []Finding { return []Finding{{Verdict: Reject}} } // nothing is compressed
	seen, err := only.Examine(ctx, raw)
	if err != nil {
		return nil, err
	}
	if seen.Small == nil {
		return nil, ErrUnseen
	}
	return seen.Small, nil
}
