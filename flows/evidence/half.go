package evidence

import "guiwei/flows"

// half asks only for the side that the last refusal was about: the other picture is kept as it was.
func (d *Draft) half(kept map[string]flows.Photo) (flows.Verdict, bool) {
	if d.Front != nil || d.Back != nil {
		return flows.Verdict{}, false
	}
	if p, ok := kept[front]; ok {
		d.Front = &p
		return flows.Move("front_kept").Note("evidence.front_kept"), true
	}
	if p, ok := kept[back]; ok {
		d.Back = &p
		return flows.Move("ready").Note("evidence.back_kept"), true
	}
	return flows.Verdict{}, false
}
