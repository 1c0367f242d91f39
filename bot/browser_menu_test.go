package main_test

import "testing"

// TestMenusOfThePage blocks and unblocks the bot as a student does, and upgrades a group as its owner does: the phone of the
// group goes on as the supergroup's.
func TestMenusOfThePage(t *testing.T) {
	t.Parallel()
	d := browse(t, chromium(t), demo(t))
	student, group := d.take(42, chinese), d.take(reviewers, chinese)
	student.press(student.in("[data-start]"), "")
	student.hears("home.guest")
	d.press(student.in("[data-phone-menu]"), "")
	d.press("[data-menu='block']", "")
	d.sees(student.in("[data-unblock]:not([hidden])"))
	d.shot("blocked")
	d.press(student.in("[data-unblock]"), "")
	d.sees(student.in("[data-send]"))
	d.press(group.in("[data-phone-menu]"), "")
	d.press("[data-menu='upgrade']", "")
	d.sees(".phone[data-chat='-1000000001001']")
	d.press(".phone[data-chat='-1000000001001'] [data-phone-menu]", "")
	d.sees("[data-menu='kickbot']")
	d.shot("upgraded")
}
