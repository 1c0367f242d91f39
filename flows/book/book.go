// Package book is the page of contents: every flow of the house, home first.
package book

import (
	"guiwei/flows"
	"guiwei/flows/cancel"
	"guiwei/flows/desk"
	"guiwei/flows/devices"
	"guiwei/flows/erase"
	"guiwei/flows/evidence"
	"guiwei/flows/export"
	"guiwei/flows/home"
	"guiwei/flows/language"
	"guiwei/flows/login"
	"guiwei/flows/objection"
	"guiwei/flows/reclaim"
	"guiwei/flows/record"
	"guiwei/flows/recovery"
	"guiwei/flows/register"
	"guiwei/flows/rehearse"
	"guiwei/flows/restore"
	"guiwei/flows/review"
	"guiwei/flows/security"
	"guiwei/flows/status"
	"guiwei/flows/words"
)

// New binds the flows, by an operator's settings. A new flow gets its line here.
func New(set register.Settings) (flows.Book, error) { return flows.NewBook(words.Words{}, all(set)...) }

func all(set register.Settings) []flows.Flow {
	return []flows.Flow{
		home.Flow,
		register.Flow(set),
		reclaim.Flow(set.Advice),
		login.Flow,
		recovery.Flow(set.Advice),
		recovery.Username,
		evidence.Flow,
		rehearse.Flow,
		status.Flow,
		record.Flow,
		security.Flow(set.Advice), devices.Flow,
		review.Flow,
		objection.Flow,
		restore.Flow, restore.Countersigning,
		desk.Invite, desk.Role, desk.Granting,
		erase.Flow, export.Flow,
		language.Flow,
		cancel.Flow,
	}
}
