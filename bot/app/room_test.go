//go:build linux || darwin

package app

import "testing"

func TestRoomIsToldWhereAFolderIs(t *testing.T) {
	t.Parallel()
	if free, known := room(t.TempDir()); !known || free == 0 {
		t.Errorf("%d bytes free, known %v", free, known)
	}
	if _, known := room("/nowhere/at/all"); known {
		t.Error("a folder that is not there has room")
	}
}
