package home_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/home"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, home.Flow)
}

// Rows: S46
func TestTheMenuOffersOnlyWaysThatWork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		play *flowtest.Play
		has  []string
		not  []string
	}{
		{"guest", flowtest.Story(t), []string{"register", "login", "status", "language", "help"}, []string{"record", "logout", "evidence"}},
		{"pending", flowtest.Story(t).LogIn(false).Answer(flowtest.Standing(false)).Tap("back"), []string{"evidence", "status", "logout"}, []string{"record", "login"}},
		{"approved", flowtest.Story(t).LogIn(true), []string{"record", "status", "logout"}, []string{"evidence", "login", "register"}},
	} {
		c.play.Is("home/menu")
		for _, act := range c.has {
			if _, ok := c.play.Button(act); !ok {
				t.Errorf("%s: no %s", c.name, act)
			}
		}
		for _, act := range c.not {
			if _, ok := c.play.Button(act); ok {
				t.Errorf("%s: offers %s", c.name, act)
			}
		}
	}
}

func TestHomeIsTheEndOfTheWayBack(t *testing.T) {
	t.Parallel()
	flowtest.Story(t).Command("back").Is("home/menu").Says("kit.no_way_back").Type("?").Is("home/menu").Says("kit.unexpected")
}
