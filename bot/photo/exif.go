package photo

import "encoding/binary"

// exifOrientation reads tag 0x0112 of the first directory of a TIFF block (Exif 2.32, 4.6.4): 1..8, and 1 for whatever is
// missing, wild or torn. It follows no link but the one to the first directory, so nothing can make it loop.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			return shortOrientation(order, entries[:12])
		}
		entries = entries[12:]
	}
	return 1
}

// shortOrientation reads the entry itself: one SHORT of 1..8.
func shortOrientation(order binary.ByteOrder, entry []byte) int {
	const short = 3
	v := order.Uint16(entry[8:])
	if order.Uint16(entry[2:]) != short || order.Uint32(entry[4:]) != 1 || v < 1 || v > 8 {
		return 1
	}
	return int(v)
}
