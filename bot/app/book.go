package app

import (
	"crypto/sha256"
	"encoding/hex"

	"guiwei/bot/config"
	"guiwei/flows"
	"guiwei/flows/cancel"
	"guiwei/flows/desk"
	"guiwei/flows/evidence"
	"guiwei/flows/home"
	"guiwei/flows/language"
	"guiwei/flows/login"
	"guiwei/flows/reclaim"
	"guiwei/flows/record"
	"guiwei/flows/register"
	"guiwei/flows/review"
	"guiwei/flows/rules"
	"guiwei/flows/status"
	"guiwei/flows/words"
	"guiwei/locales"
)

// termsVersion names the text that a student agrees to; its hash says exactly which.
const termsVersion = "2026-11-23"

// Book is every flow of the bot, home first.
func Book(c config.Config) (flows.Book, error) {
	advice := rules.Advice(c.PasswordAdvice)
	terms := sha256.Sum256([]byte(locales.Text(locales.Languages[0], "terms.text",
		map[string]string{"operator": c.OperatorName, "contact": c.SupportContact})))
	return flows.NewBook(words.Words{},
		home.Flow,
		register.Flow(register.Settings{Advice: advice, TestIDs: c.AllowTestIDs,
			Terms: flows.Consent{Version: termsVersion, SHA256: hex.EncodeToString(terms[:])}}),
		reclaim.Flow(advice),
		login.Flow,
		evidence.Flow,
		status.Flow,
		record.Flow,
		review.Flow,
		desk.Invite, desk.Role, desk.Granting,
		language.Flow,
		cancel.Flow,
	)
}
